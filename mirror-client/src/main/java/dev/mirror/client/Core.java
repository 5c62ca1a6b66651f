package dev.mirror.client;

import dev.mirror.channel.ChannelName;
import dev.mirror.client.checkpoint.CheckpointException;
import dev.mirror.client.checkpoint.Progress;
import dev.mirror.client.checkpoint.Start;
import dev.mirror.message.CloseReason;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Puts a client together, begins it, and ends it. */
final class Core implements Engine.Owner {
    private static final int MAX_EVENTS = 1_000;
    private static final long MAX_EVENT_BYTES = 4 << 20;
    /** How much longer than its parts closing may take before the caller gets its thread back. */
    private static final Duration MARGIN = Duration.ofSeconds(15);

    private final Plan plan;
    private final Environment environment;
    private final Gate gate;
    private final Relays relays;
    private final Callbacks callbacks;
    private final Ledger ledger;
    private final Subscriptions subscriptions;
    private final Readings readings;
    private final Watches watches;
    private final Marks marks;
    private final Engine engine;
    private final Promise<Boolean> connected;
    private final CompletableFuture<CloseReason> closed = new CompletableFuture<>();
    private boolean begun; // the lane's
    private int awaited; // the lane's; what has to happen before the client counts as connected
    /** Where the current or last connection began; written on the lane, read by all. */
    private volatile @Nullable Welcome welcome;

    Core(Plan plan, Function<ChannelName, Chat> chats) {
        this.plan = plan;
        this.environment = plan.environment();
        Settings settings = plan.settings();
        Requests requests = new Requests(environment);
        gate = new Gate(
                environment, new Budget(settings.outboxMessages(), settings.outboxBytes()), requests, this::isOpen);
        relays = new Relays(gate);
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
        readings = new Readings(environment, requests);
        subscriptions = new Subscriptions(
                new Subscriptions.Parts(environment, requests, delivery, ledger, readings),
                plan.bearings().starts(),
                new Awaited());
        watches = new Watches(environment, requests, delivery);
        marks = new Marks(requests, gate::newId);
        engine = new Engine(
                settings,
                environment,
                plan.ways().transport(),
                plan.ways().tokens(),
                new Engine.Parts(requests, subscriptions, watches, delivery, this));
        connected = new Promise<>(environment.replies(), () -> {});
    }

    /** The way in for what the application asks. */
    Gate gate() {
        return gate;
    }

    private boolean isOpen() {
        return engine.isOpen();
    }

    CompletableFuture<Boolean> connect() {
        gate.submit(this::begin, connected::failed);
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
        relays.begin(plan.bearings().outboxes());
        engine.connect();
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
            relays.end();
            ledger.close();
            closed.complete(reason);
        });
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

    /** Does something with the subscriptions. */
    <T> CompletableFuture<T> subscriptions(BiConsumer<Subscriptions, Outcome<T>> task) {
        return gate.take(0, promise -> task.accept(subscriptions, promise));
    }

    /** Begins to read a channel. */
    ChannelReader read(ChannelName channel, Start start) {
        ReaderBuffer buffer = new ReaderBuffer();
        Reading reading = new Reading(channel, start, buffer, readings);
        buffer.onRoom(() -> environment.onLane(reading::pump));
        gate.submit(() -> subscriptions.read(reading), reading::end);
        return new ChannelReader(buffer, () -> environment.onLane(() -> subscriptions.stopReading(reading)));
    }

    /** Does something with the rooms that are watched. */
    <T> CompletableFuture<T> watches(BiConsumer<Watches, Outcome<T>> task) {
        return gate.take(0, promise -> task.accept(watches, promise));
    }

    /** Does something with the marks. */
    <T> CompletableFuture<T> marks(BiConsumer<Marks, Outcome<T>> task) {
        return gate.take(0, promise -> task.accept(marks, promise));
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
