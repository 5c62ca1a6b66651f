package dev.mirror.client;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mirror.channel.ChannelName;
import dev.mirror.identity.Credentials;
import dev.mirror.message.ServerMessage;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
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
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final Address address;
    private final Map<ChannelName, EventHandler<ChannelEvent>> channels = new HashMap<>();
    private Settings settings = Settings.STANDARD;
    private Credentials credentials = Credentials.none();
    private @Nullable Supplier<? extends CompletionStage<String>> tokens;
    private @Nullable EventHandler<ChannelEvent> direct;
    private @Nullable EventHandler<ChannelEvent> any;
    private @Nullable EventHandler<ChannelEvent> own;
    private @Nullable EventHandler<ServerMessage.Signal> signal;
    private @Nullable EventHandler<ServerMessage.Presence> presence;
    private @Nullable EventHandler<ServerMessage.Gap> gap;
    private Consumer<StateChange> state = change -> {};
    private Consumer<Throwable> failure = thrown -> {};
    private @Nullable Executor executor;
    private @Nullable SSLContext tls;
    private @Nullable ClientTransport transport;
    private @Nullable Function<RandomGenerator, Environment> virtual;

    ClientBuilder(URI server) {
        this.address = Address.of(server);
    }

    /** Logs in with a name and a password, and again whenever a new token is needed. */
    @CanIgnoreReturnValue
    public ClientBuilder password(String name, String password) {
        credentials = new Credentials.Password(name, password);
        return this;
    }

    /** Uses this token. When it ends, so does the client. */
    @CanIgnoreReturnValue
    public ClientBuilder token(String token) {
        credentials = new Credentials.Token(token);
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
        credentials = Credentials.none();
        tokens = supplier;
        return this;
    }

    /** Hears direct messages to this user. */
    @CanIgnoreReturnValue
    public ClientBuilder onDirect(EventHandler<ChannelEvent> handler) {
        direct = handler;
        return this;
    }

    /**
     * Listens to a channel from the first connection on.
     *
     * @throws IllegalArgumentException if this is not the name of a channel
     */
    @CanIgnoreReturnValue
    public ClientBuilder onChannel(String channel, EventHandler<ChannelEvent> handler) {
        ChannelName name = ChannelName.parse(channel)
                .orElseThrow(() -> new IllegalArgumentException("this is not the name of a channel"));
        channels.put(name, handler);
        return this;
    }

    /** Hears every channel that {@link MirrorClient#subscribe} adds and that has no handler of its own. */
    @CanIgnoreReturnValue
    public ClientBuilder onAnyChannel(EventHandler<ChannelEvent> handler) {
        any = handler;
        return this;
    }

    /** Hears what this user says, here or on another device: direct messages, and in channels that are listened to. */
    @CanIgnoreReturnValue
    public ClientBuilder onOwn(EventHandler<ChannelEvent> handler) {
        own = handler;
        return this;
    }

    /** Hears signals of others. While handlers are behind, signals are dropped. */
    @CanIgnoreReturnValue
    public ClientBuilder onSignal(EventHandler<ServerMessage.Signal> handler) {
        signal = handler;
        return this;
    }

    /** Hears joins and leaves in the rooms that {@link MirrorClient#presence} asked about. */
    @CanIgnoreReturnValue
    public ClientBuilder onPresence(EventHandler<ServerMessage.Presence> handler) {
        presence = handler;
        return this;
    }

    /** Hears where publications are missing that the server no longer has. Events go on after the gap's position. */
    @CanIgnoreReturnValue
    public ClientBuilder onGap(EventHandler<ServerMessage.Gap> handler) {
        gap = handler;
        return this;
    }

    /** Hears every change of state. */
    @CanIgnoreReturnValue
    public ClientBuilder onState(Consumer<StateChange> handler) {
        state = handler;
        return this;
    }

    /** Hears what handlers throw. It is logged in any case. */
    @CanIgnoreReturnValue
    public ClientBuilder onFailure(Consumer<Throwable> handler) {
        failure = handler;
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
    public ClientBuilder executor(Executor handlers) {
        executor = handlers;
        return this;
    }

    /** What {@code wss} and {@code https} trust; the JDK's own choice if it is not set. */
    @CanIgnoreReturnValue
    public ClientBuilder tls(SSLContext context) {
        tls = context;
        return this;
    }

    /** Replaces the WebSocket, for tests without a network. */
    @CanIgnoreReturnValue
    public ClientBuilder transport(ClientTransport replacement) {
        transport = replacement;
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
        Executor handlers = lanes.get();
        virtual = random -> new Environment(
                lanes.get(), later::apply, nanos, random, executor == null ? handlers : executor, lanes.get());
        return this;
    }

    /**
     * Makes the client; it does nothing before {@link MirrorClient#connect}.
     *
     * @throws IllegalStateException if neither a password nor a token was given
     */
    public MirrorClient build() {
        SecureRandom random = new SecureRandom();
        ClientThreads threads = new ClientThreads("mirror-client-" + COUNT.incrementAndGet());
        PasswordLogin login = credentials instanceof Credentials.Password password
                ? address.login(password, tls, settings.connectTimeout(), threads.blocking())
                : null;
        SocketTransport sockets = address.transport(tls, threads.name());
        Core.Ending ending = new ThreadsEnding(threads, sockets, login);
        return build(
                virtual == null ? threads.environment(random, executor) : virtual.apply(random),
                login == null ? tokenSource() : login,
                transport == null ? sockets : transport,
                virtual == null ? ending : Core.Ending.none());
    }

    /** A client on other time, chance and threads. */
    MirrorClient build(Environment environment, TokenSource source, ClientTransport network, Core.Ending ending) {
        return new MirrorClient(new Core.Plan(settings, handlers(), environment, network, source, ending));
    }

    private TokenSource tokenSource() {
        if (tokens != null) {
            return TokenSource.of(tokens);
        }
        if (credentials instanceof Credentials.Token token) {
            return TokenSource.fixed(token.token());
        }
        throw new IllegalStateException("a client needs a password, a token, or a supplier of tokens");
    }

    private Handlers handlers() {
        return new Handlers(
                channels,
                new Handlers.Said(direct, any, own),
                new Handlers.Around(signal, presence, gap),
                state,
                failure);
    }
}
