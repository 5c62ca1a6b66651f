package dev.mirror.client;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mirror.channel.ChannelName;
import dev.mirror.client.checkpoint.Checkpoint;
import dev.mirror.client.checkpoint.Start;
import dev.mirror.client.jdbc.Outbox;
import dev.mirror.identity.Credentials;
import dev.mirror.message.ServerMessage;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Describes a client: where to, as whom, and what to do when something happens. A handler never hears what its own user
 * said, so a bot cannot answer itself; see {@link #onOwn}. Registering a second handler for the same thing replaces
 * the first. Not for several threads at once.
 */
public final class ClientBuilder {
    private final Handlers.Draft handlers = new Handlers.Draft();
    private final Wiring wiring;
    private final List<Outbox> outboxes = new ArrayList<>();
    private Settings settings = Settings.STANDARD;
    private @Nullable Checkpoint<?> checkpoint;
    private Starts starts = new Starts(Start.LATEST, Map.of());

    ClientBuilder(URI server) {
        this.wiring = new Wiring(Address.of(server));
    }

    /** Logs in with a name and a password, and again whenever a new token is needed. */
    @CanIgnoreReturnValue
    public ClientBuilder password(String name, String password) {
        wiring.credentials(new Credentials.Password(name, password));
        return this;
    }

    /** Uses this token. When it ends, so does the client. */
    @CanIgnoreReturnValue
    public ClientBuilder token(String token) {
        wiring.credentials(new Credentials.Token(token));
        return this;
    }

    /**
     * Asks for a token whenever a new one is needed.
     *
     * @param supplier must not block. Its stage fails with a {@code MirrorException} with an {@code auth.} code if there
     *     will be no token; after any other failure it is asked again.
     */
    @CanIgnoreReturnValue
    public ClientBuilder tokens(Supplier<? extends CompletionStage<String>> supplier) {
        wiring.tokens(supplier);
        return this;
    }

    /** Hears direct messages to this user. */
    @CanIgnoreReturnValue
    public ClientBuilder onDirect(EventHandler<ChannelEvent> handler) {
        handlers.direct = Action.of(handler);
        return this;
    }

    /**
     * Hears direct messages to this user, inside the checkpoint's transaction; see {@link #checkpoint}. With
     * {@code JdbcCheckpoint} that is a {@code java.sql.Connection}:
     *
     * <pre>{@code
     * builder.onDirect(JdbcCheckpoint.of(dataSource, "order-bot"), (message, chat, connection) -> …)
     * }</pre>
     */
    @CanIgnoreReturnValue
    public <T> ClientBuilder onDirect(Checkpoint<T> keeper, EventHandler.InTransaction<ChannelEvent, T> handler) {
        handlers.direct = Action.of(handler);
        return checkpoint(keeper);
    }

    /**
     * Listens to a channel from the first connection on.
     *
     * @throws IllegalArgumentException if this is not the name of a channel
     */
    @CanIgnoreReturnValue
    public ClientBuilder onChannel(String channel, EventHandler<ChannelEvent> handler) {
        handlers.channels.put(name(channel), Action.of(handler));
        return this;
    }

    private static ChannelName name(String channel) {
        return ChannelName.parse(channel)
                .orElseThrow(() -> new IllegalArgumentException("this is not the name of a channel"));
    }

    /**
     * Listens to a channel from the first connection on, inside the checkpoint's transaction.
     *
     * @throws IllegalArgumentException if this is not the name of a channel
     */
    @CanIgnoreReturnValue
    public <T> ClientBuilder onChannel(
            String channel, Checkpoint<T> keeper, EventHandler.InTransaction<ChannelEvent, T> handler) {
        handlers.channels.put(name(channel), Action.of(handler));
        return checkpoint(keeper);
    }

    /** Hears every channel that {@link MirrorClient#subscribe} adds and that has no handler of its own. */
    @CanIgnoreReturnValue
    public ClientBuilder onAnyChannel(EventHandler<ChannelEvent> handler) {
        handlers.any = Action.of(handler);
        return this;
    }

    /**
     * Hears what this user says, here or on another device: direct messages, and in channels that are listened to. The
     * user's own amendments are told to no handler.
     */
    @CanIgnoreReturnValue
    public ClientBuilder onOwn(EventHandler<ChannelEvent> handler) {
        handlers.own = Action.of(handler);
        return this;
    }

    /**
     * Hears edits, deletions and reactions of others, in direct messages and in every channel that is listened to. No
     * other handler does: an edit is not a message. They are handled like what is said, in order with it; one that counts
     * for nothing (W52) is told to nobody.
     */
    @CanIgnoreReturnValue
    public ClientBuilder onAmendment(EventHandler<ChannelEvent.Amendment> handler) {
        handlers.amendment = Action.of(handler);
        return this;
    }

    /** Hears edits, deletions and reactions of others, inside the checkpoint's transaction. */
    @CanIgnoreReturnValue
    public <T> ClientBuilder onAmendment(
            Checkpoint<T> keeper, EventHandler.InTransaction<ChannelEvent.Amendment, T> handler) {
        handlers.amendment = Action.of(handler);
        return checkpoint(keeper);
    }

    /** Hears signals of others. While handlers are behind, signals are dropped. */
    @CanIgnoreReturnValue
    public ClientBuilder onSignal(EventHandler<ServerMessage.Signal> handler) {
        handlers.signal = handler;
        return this;
    }

    /** Hears joins and leaves in the rooms that {@link MirrorClient#presence} asked about. */
    @CanIgnoreReturnValue
    public ClientBuilder onPresence(EventHandler<ServerMessage.Presence> handler) {
        handlers.presence = handler;
        return this;
    }

    /**
     * Hears how far a conversation was received and read: by the other user, or by this one on another device. Of marks that
     * come in another order than they were made the greater counts. They are not kept: what was told while the client was
     * away, or its handlers behind, is dropped, and {@link MirrorClient#conversations} tells how it stands.
     */
    @CanIgnoreReturnValue
    public ClientBuilder onMark(EventHandler<ServerMessage.Marked> handler) {
        handlers.mark = handler;
        return this;
    }

    /** Hears where publications are missing that the server no longer has. Events go on after the gap's position. */
    @CanIgnoreReturnValue
    public ClientBuilder onGap(EventHandler<ServerMessage.Gap> handler) {
        handlers.gap = handler;
        return this;
    }

    /**
     * Keeps how far this bot has come, so that after a restart it continues after the last event that was handled: none
     * is left out, and none that was handled comes again. Without a checkpoint that holds for as long as the client
     * lives. The client opens the checkpoint when it connects, and closes it at its end.
     *
     * @throws IllegalStateException if another checkpoint was given: a bot has one
     */
    @CanIgnoreReturnValue
    public ClientBuilder checkpoint(Checkpoint<?> keeper) {
        if (checkpoint != null && checkpoint != keeper) {
            throw new IllegalStateException("a bot has one checkpoint");
        }
        checkpoint = keeper;
        return this;
    }

    /**
     * Publishes what this outbox holds and will hold, as this user, for as long as the client lives. Several can be
     * given.
     */
    @CanIgnoreReturnValue
    public ClientBuilder relay(Outbox outbox) {
        outboxes.add(outbox);
        return this;
    }

    /** Where to begin in channels, the inbox included, that this bot was never in: with what comes next, by default. */
    @CanIgnoreReturnValue
    public ClientBuilder startAt(Start start) {
        starts = starts.with(start);
        return this;
    }

    /**
     * Where to begin in one channel if this bot was never in it.
     *
     * @throws IllegalArgumentException if this is not the name of a channel
     */
    @CanIgnoreReturnValue
    public ClientBuilder startAt(String channel, Start start) {
        starts = starts.with(name(channel), start);
        return this;
    }

    /**
     * How often a handler that throws gets an event, the first time included: 5 times, with waits of 1, 2, 4 and 8 s.
     *
     * @param first the wait after the first failure; each further one is twice as long
     * @param longest the bound of the waits
     */
    @CanIgnoreReturnValue
    public ClientBuilder redelivery(int attempts, Duration first, Duration longest) {
        settings = settings.withRedelivery(new Redelivery(attempts, first, longest));
        return this;
    }

    /**
     * Hears events that a handler could not handle, however often it was called; then the client goes on behind them. If
     * it throws it is called again, as often as a handler. Without one such an event is logged (not what it says).
     */
    @CanIgnoreReturnValue
    public ClientBuilder onDeadLetter(EventHandler<EventHandler.DeadLetter> handler) {
        handlers.dead = Action.of(handler);
        return this;
    }

    /** Hears events that could not be handled, inside the checkpoint's transaction. */
    @CanIgnoreReturnValue
    public <T> ClientBuilder onDeadLetter(
            Checkpoint<T> keeper, EventHandler.InTransaction<EventHandler.DeadLetter, T> handler) {
        handlers.dead = Action.of(handler);
        return checkpoint(keeper);
    }

    /** Hears every change of state. */
    @CanIgnoreReturnValue
    public ClientBuilder onState(Consumer<StateChange> handler) {
        handlers.state = handler;
        return this;
    }

    /** Hears what handlers throw. It is logged in any case. */
    @CanIgnoreReturnValue
    public ClientBuilder onFailure(Consumer<Throwable> handler) {
        handlers.failure = handler;
        return this;
    }

    /** How much may wait to be answered: 1,000 requests of 1 MiB together. More fails with {@link OutboxFullException}. */
    @CanIgnoreReturnValue
    public ClientBuilder outbox(int messages, long bytes) {
        settings = settings.withOutbox(messages, bytes);
        return this;
    }

    /** How long one attempt may take, log-in and hello included: 10 s. */
    @CanIgnoreReturnValue
    public ClientBuilder connectTimeout(Duration timeout) {
        settings = settings.withConnectTimeout(timeout);
        return this;
    }

    /** How long closing waits for answers, and then for a handler that runs: 5 s. */
    @CanIgnoreReturnValue
    public ClientBuilder closeTimeout(Duration timeout) {
        settings = settings.withCloseTimeout(timeout);
        return this;
    }

    /** The bound of the first wait between attempts, 0.5 s, and the bound that it grows to, 30 s. */
    @CanIgnoreReturnValue
    public ClientBuilder backoff(Duration first, Duration longest) {
        settings = settings.withBackoff(new Backoff(first, longest));
        return this;
    }

    /** Runs handlers here, several conversations at a time, rather than on one thread of the client's. */
    @CanIgnoreReturnValue
    public ClientBuilder executor(Executor executor) {
        wiring.executor(executor);
        return this;
    }

    /** What {@code wss} and {@code https} trust; the JDK's own choice if it is not set. */
    @CanIgnoreReturnValue
    public ClientBuilder tls(SSLContext context) {
        wiring.tls(context);
        return this;
    }

    /** Replaces the WebSocket, for tests without a network. */
    @CanIgnoreReturnValue
    public ClientBuilder transport(ClientTransport replacement) {
        wiring.transport(replacement);
        return this;
    }

    /**
     * Replaces time and threads, for tests in virtual time. The client then starts no thread for its own work, and
     * {@link MirrorClient#close} does not wait.
     *
     * @param lanes makes executors that run one task at a time, in order
     * @param later runs a task after a delay, and returns the way to call it off
     * @param nanos a clock that never jumps, in nanoseconds
     */
    @CanIgnoreReturnValue
    public ClientBuilder time(
            Supplier<Executor> lanes, BiFunction<Duration, Runnable, Runnable> later, LongSupplier nanos) {
        wiring.time(lanes, later, nanos);
        return this;
    }

    /** Replaces chance, for tests that can be replayed: where ids come from, which are secrets otherwise, and jitter. */
    @CanIgnoreReturnValue
    public ClientBuilder random(RandomGenerator replacement) {
        wiring.random(replacement);
        return this;
    }

    /**
     * Makes the client; it does nothing before {@link MirrorClient#connect}.
     *
     * @throws IllegalStateException if neither a password nor a token was given
     */
    public MirrorClient build() {
        return new MirrorClient(wiring.plan(settings, handlers.done(), bearings()));
    }

    /** A client on other time, chance and threads. */
    MirrorClient build(Environment environment, TokenSource source, ClientTransport network, Plan.Ending ending) {
        return new MirrorClient(
                new Plan(settings, handlers.done(), bearings(), environment, new Plan.Ways(network, source), ending));
    }

    private Plan.Bearings bearings() {
        return new Plan.Bearings(checkpoint, starts, outboxes);
    }
}
