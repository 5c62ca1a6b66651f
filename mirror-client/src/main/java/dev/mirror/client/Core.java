package dev.mirror.client;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.CloseReason;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.ServerMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What stands between the application's threads and the engine's lane, and puts the engine together. */
final class Core implements Engine.Owner {
    /** What a request costs beyond its body, in bytes, roughly. */
    private static final int REQUEST_OVERHEAD = 256;

    private static final int MAX_EVENTS = 1_000;
    private static final long MAX_EVENT_BYTES = 4 << 20;
    /** How much longer than its parts closing may take before the caller gets its thread back. */
    private static final Duration MARGIN = Duration.ofSeconds(15);

    private final Plan plan;
    private final Environment environment;
    private final Budget budget;
    private final Callbacks callbacks;
    private final Requests requests;
    private final Subscriptions subscriptions;
    private final Watches watches;
    private final Engine engine;
    private final Promise<Boolean> connected;
    private final CompletableFuture<CloseReason> closed = new CompletableFuture<>();
    private final String idPrefix;
    private final AtomicLong ids = new AtomicLong();
    private boolean begun; // the lane's
    private int awaited; // the lane's; what has to happen before the client counts as connected
    /** Where the current or last connection began; written on the lane, read by all. */
    private volatile @Nullable Welcome welcome;

    /**
     * What a client is made of.
     *
     * @param ending releases what was handed in
     */
    record Plan(
            Settings settings,
            Handlers handlers,
            Environment environment,
            ClientTransport transport,
            TokenSource tokens,
            Ending ending) {}

    /** Releases what a client runs on. */
    interface Ending {
        /** Begins, once the engine is closed; tells when everything has ended. */
        void end(Callbacks callbacks, Duration patience, Runnable done);

        /** Whether waiting for the end here would wait for the current thread itself. */
        boolean isOwnThread();

        /** Where nothing has to be released, and nobody may wait. */
        static Ending none() {
            return new Ending() {
                @Override
                public void end(Callbacks callbacks, Duration patience, Runnable done) {
                    done.run();
                }

                @Override
                public boolean isOwnThread() {
                    return true;
                }
            };
        }
    }

    Core(Plan plan, Function<ChannelName, Chat> chats) {
        this.plan = plan;
        this.environment = plan.environment();
        Settings settings = plan.settings();
        budget = new Budget(settings.outboxMessages(), settings.outboxBytes());
        callbacks = new Callbacks(
                environment.callbacks(),
                MAX_EVENTS,
                MAX_EVENT_BYTES,
                () -> environment.onLane(this::caughtUp),
                plan.handlers().failure());
        Delivery delivery = new Delivery(plan.handlers(), callbacks, chats);
        requests = new Requests(environment);
        subscriptions = new Subscriptions(environment, requests, delivery);
        watches = new Watches(environment, requests, delivery);
        engine = new Engine(
                settings,
                environment,
                plan.transport(),
                plan.tokens(),
                new Engine.Parts(requests, subscriptions, watches, delivery, this));
        connected = new Promise<>(environment.replies(), () -> {});
        byte[] nonce = new byte[16];
        environment.random().nextBytes(nonce);
        idPrefix = Base64.getUrlEncoder().withoutPadding().encodeToString(nonce) + '.';
    }

    /** An id that no other request of this user has, in this process or another: at most 36 characters. */
    String newId() {
        return idPrefix + Long.toString(ids.incrementAndGet(), Character.MAX_RADIX);
    }

    CompletableFuture<Boolean> connect() {
        submit(this::begin, connected::failed);
        return connected.future();
    }

    /** On the lane. Counts down from the hello and the channels of the builder. */
    private void begin() {
        if (begun) {
            return;
        }
        begun = true;
        awaited = 1 + plan.handlers().channels().size();
        for (ChannelName channel : plan.handlers().channels().keySet()) {
            subscriptions.add(channel, null, new Outcome<>() {
                @Override
                public void done(dev.mirror.message.Position end) {
                    arrived();
                }

                @Override
                public void failed(MirrorException failure) {
                    connected.failed(failure);
                }
            });
        }
        engine.connect();
    }

    private void arrived() {
        awaited--;
        if (awaited == 0) {
            connected.done(true);
        }
    }

    @Override
    public void connected(Welcome hello) {
        boolean first = welcome == null;
        welcome = hello;
        if (first) {
            arrived();
        }
    }

    @Override
    public void closed(CloseReason reason) {
        connected.failed(Engine.failure(reason));
        callbacks.stop();
        plan.ending().end(callbacks, plan.settings().closeTimeout(), () -> closed.complete(reason));
    }

    private void caughtUp() {
        subscriptions.caughtUp();
        watches.caughtUp();
    }

    @Nullable
    Welcome welcome() {
        return welcome;
    }

    ClientState state() {
        return engine.state();
    }

    CompletableFuture<CloseReason> closed() {
        return closed;
    }

    /** Asks something of the server. */
    <T> CompletableFuture<T> ask(
            Request.Kind kind, String id, String body, Request.Message message, Function<ServerMessage.Ok, T> read) {
        int size = body.getBytes(StandardCharsets.UTF_8).length;
        return take(size, promise -> requests.add(new Request(id, kind, message, answer(promise, read))));
    }

    private static <T> Request.Answer answer(Promise<T> promise, Function<ServerMessage.Ok, T> read) {
        return new Request.Answer() {
            @Override
            public void ok(ServerMessage.Ok ok) {
                T value;
                try {
                    value = read.apply(ok);
                } catch (MirrorException unreadable) {
                    promise.failed(unreadable);
                    return;
                }
                promise.done(value);
            }

            @Override
            public void failed(MirrorException failure, long afterMillis) {
                promise.failed(failure);
            }
        };
    }

    /** Does something with the subscriptions. */
    <T> CompletableFuture<T> subscriptions(java.util.function.BiConsumer<Subscriptions, Outcome<T>> task) {
        return take(0, promise -> task.accept(subscriptions, promise));
    }

    /** Does something with the rooms that are watched. */
    <T> CompletableFuture<T> watches(java.util.function.BiConsumer<Watches, Outcome<T>> task) {
        return take(0, promise -> task.accept(watches, promise));
    }

    private <T> CompletableFuture<T> take(int size, Consumer<Promise<T>> task) {
        long room = (long) size + REQUEST_OVERHEAD;
        if (!budget.take(room)) {
            return CompletableFuture.failedFuture(budget.full());
        }
        Promise<T> promise = new Promise<>(environment.replies(), () -> budget.give(room));
        submit(() -> task.accept(promise), promise::failed);
        return promise.future();
    }

    /** Runs a task on the lane, unless the client is closed or about to be. */
    private void submit(Runnable task, Consumer<MirrorException> refused) {
        try {
            environment.lane().execute(() -> {
                if (engine.isOpen()) {
                    task.run();
                } else {
                    refused.accept(over());
                }
            });
        } catch (RejectedExecutionException ended) {
            refused.accept(over());
        }
    }

    private static MirrorException over() {
        return new MirrorException(ErrorCode.BUSY, "the client is closed");
    }

    void close() {
        environment.onLane(engine::close);
        if (!callbacks.isHandling() && !plan.ending().isOwnThread()) {
            awaitEnd();
        }
    }

    private void awaitEnd() {
        Duration limit = plan.settings().closeTimeout().multipliedBy(2).plus(MARGIN);
        try {
            closed.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException late) {
            System.getLogger(Core.class.getName())
                    .log(System.Logger.Level.WARNING, "The client did not end in {0}", limit);
        }
    }
}
