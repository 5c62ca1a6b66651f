package dev.mirror.client;

import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.client.checkpoint.Checkpoint;
import dev.mirror.client.checkpoint.CheckpointException;
import dev.mirror.client.checkpoint.Progress;
import dev.mirror.client.checkpoint.Start;
import dev.mirror.client.jdbc.Outbox;
import dev.mirror.identity.UserId;
import dev.mirror.message.ClientMessage;
import dev.mirror.message.CloseReason;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.message.ServerMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
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
    private final Ledger ledger;
    private final Requests requests;
    private final Subscriptions subscriptions;
    private final Readings readings;
    private final Watches watches;
    private final Engine engine;
    private final Promise<Boolean> connected;
    private final CompletableFuture<CloseReason> closed = new CompletableFuture<>();
    private final List<AutoCloseable> relays = new ArrayList<>(); // the lane's until it ends, then the ending's
    private final String idPrefix;
    private final AtomicLong ids = new AtomicLong();
    private boolean begun; // the lane's
    private int awaited; // the lane's; what has to happen before the client counts as connected
    /** Where the current or last connection began; written on the lane, read by all. */
    private volatile @Nullable Welcome welcome;

    /**
     * What a client is made of.
     *
     * @param bearings where in the logs it begins
     * @param ways how it reaches the server
     * @param ending releases what was handed in
     */
    record Plan(
            Settings settings,
            Handlers handlers,
            Bearings bearings,
            Environment environment,
            Ways ways,
            Ending ending) {}

    /**
     * Where in the logs a client begins.
     *
     * @param checkpoint how far it came before; {@code null} if that is not kept
     * @param starts where to begin otherwise
     * @param outboxes what it publishes beside what it is asked to
     */
    record Bearings(@Nullable Checkpoint<?> checkpoint, Starts starts, List<Outbox> outboxes) {
        /** Copies the list. */
        Bearings {
            outboxes = List.copyOf(outboxes);
        }
    }

    /** How a client reaches a server. */
    record Ways(ClientTransport transport, TokenSource tokens) {}

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
                environment,
                new Callbacks.Bound(MAX_EVENTS, MAX_EVENT_BYTES),
                () -> environment.onLane(this::caughtUp),
                plan.handlers().failure());
        ledger = new Ledger(
                plan.bearings().checkpoint(),
                new Ledger.Failing(settings.redelivery(), plan.handlers().dead()),
                callbacks);
        Delivery delivery = new Delivery(plan.handlers(), callbacks, ledger, chats);
        requests = new Requests(environment);
        readings = new Readings(environment, requests);
        subscriptions = new Subscriptions(
                new Subscriptions.Parts(environment, requests, delivery, ledger, readings),
                plan.bearings().starts(),
                new Awaited());
        watches = new Watches(environment, requests, delivery);
        engine = new Engine(
                settings,
                environment,
                plan.ways().transport(),
                plan.ways().tokens(),
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

    /** On the lane. First what was handled before is looked up, which may block. */
    private void begin() {
        if (begun) {
            return;
        }
        begun = true;
        awaited = 2 + plan.handlers().channels().size();
        if (!ledger.isKept()) {
            opened(Map.of());
            return;
        }
        try {
            environment.callbacks().execute(this::open);
        } catch (RejectedExecutionException rejected) {
            notOpened(new CheckpointException("the executor for handlers refuses work", rejected));
        }
    }

    private void open() {
        try {
            Map<ChannelName, Progress> progress = ledger.open();
            environment.onLane(() -> opened(progress));
        } catch (RuntimeException failure) {
            environment.onLane(() -> notOpened(
                    failure instanceof MirrorException known
                            ? known
                            : new CheckpointException("the checkpoint cannot be opened", failure)));
        }
    }

    private void notOpened(MirrorException failure) {
        connected.failed(failure);
        engine.close();
    }

    /** On the lane. Counts down from the hello, the inbox and the channels of the builder. */
    private void opened(Map<ChannelName, Progress> progress) {
        if (!engine.isOpen()) {
            ledger.close();
            return;
        }
        ledger.load(progress);
        subscriptions.opened();
        for (ChannelName channel : plan.handlers().channels().keySet()) {
            subscriptions.add(channel, null, new Awaited());
        }
        for (Outbox outbox : plan.bearings().outboxes()) {
            relays.add(outbox.relay(this::send, Core::relayThread));
        }
        engine.connect();
    }

    private static Thread relayThread(Runnable task) {
        Thread thread = new Thread(task, "mirror-client-outbox");
        thread.setDaemon(true);
        return thread;
    }

    private CompletableFuture<Boolean> send(String id, ChannelName channel, String json) {
        return ask(Request.Kind.PUBLICATION, id, json, (same, me) -> saying(same, channel, me, json), ok -> true);
    }

    private static ClientMessage saying(String id, ChannelName channel, UserId me, String json) {
        if (channel.kind() != ChannelKind.DIRECT || !channel.belongsTo(me)) {
            return new ClientMessage.Publish(id, channel, json);
        }
        UserId peer = channel.sender().equals(me) ? channel.receiver() : channel.sender();
        return new ClientMessage.Direct(id, ChannelName.direct(me, peer), "", me.value(), json);
    }

    /** One of the things that have to happen. */
    private final class Awaited implements Outcome<Position> {
        @Override
        public void done(Position end) {
            arrived();
        }

        @Override
        public void failed(MirrorException failure) {
            connected.failed(failure);
        }
    }

    private void arrived() {
        awaited--;
        if (awaited == 0) {
            connected.done(true);
        }
    }

    @Override
    public boolean connected(Welcome hello) {
        boolean first = welcome == null;
        if (first && !ledger.belongsTo(hello.user())) {
            connected.failed(new CheckpointException("the checkpoint is another user's"));
            return false;
        }
        welcome = hello;
        if (first) {
            arrived();
        }
        return true;
    }

    @Override
    public void closed(CloseReason reason) {
        connected.failed(Engine.failure(reason));
        callbacks.stop();
        plan.ending().end(callbacks, plan.settings().closeTimeout(), () -> {
            relays.forEach(Core::end);
            ledger.close();
            closed.complete(reason);
        });
    }

    private static void end(AutoCloseable relay) {
        try {
            relay.close();
        } catch (Exception failure) {
            System.getLogger(Core.class.getName()).log(System.Logger.Level.WARNING, "A relay did not end", failure);
        }
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

    /** Begins to read a channel. */
    ChannelReader read(ChannelName channel, Start start) {
        ReaderBuffer buffer = new ReaderBuffer();
        Reading reading = new Reading(channel, start, buffer, readings);
        buffer.onRoom(() -> environment.onLane(reading::pump));
        submit(() -> subscriptions.read(reading), reading::end);
        return new ChannelReader(buffer, () -> environment.onLane(() -> subscriptions.stopReading(reading)));
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
