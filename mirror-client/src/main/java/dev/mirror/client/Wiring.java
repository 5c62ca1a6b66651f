package dev.mirror.client;

import dev.mirror.identity.Credentials;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** How a client that is being described gets to its server, and what it runs on. As the builder, for one thread. */
final class Wiring {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final Address address;
    private Credentials credentials = Credentials.none(); // the builder's, as what follows
    private @Nullable Supplier<? extends CompletionStage<String>> tokens;
    private @Nullable Executor handlers;
    private @Nullable SSLContext tls;
    private @Nullable ClientTransport transport;
    private @Nullable RandomGenerator chance;
    private @Nullable Function<RandomGenerator, Environment> virtual;

    Wiring(Address address) {
        this.address = address;
    }

    void credentials(Credentials shown) {
        credentials = shown;
    }

    void tokens(Supplier<? extends CompletionStage<String>> supplier) {
        credentials = Credentials.none();
        tokens = supplier;
    }

    void executor(Executor executor) {
        handlers = executor;
    }

    void tls(SSLContext context) {
        tls = context;
    }

    void transport(ClientTransport replacement) {
        transport = replacement;
    }

    void random(RandomGenerator replacement) {
        chance = replacement;
    }

    void time(Supplier<Executor> lanes, BiFunction<Duration, Runnable, Runnable> later, LongSupplier nanos) {
        Executor own = lanes.get();
        virtual = random -> new Environment(
                lanes.get(), later::apply, nanos, random, handlers == null ? own : handlers, lanes.get());
    }

    /** @throws IllegalStateException if neither a password nor a token was given */
    Plan plan(Settings settings, Handlers registered, Plan.Bearings bearings) {
        RandomGenerator random = chance == null ? new SecureRandom() : chance;
        ClientThreads threads = new ClientThreads("mirror-client-" + COUNT.incrementAndGet());
        PasswordLogin login = credentials instanceof Credentials.Password password
                ? address.login(password, tls, settings.connectTimeout(), threads.blocking())
                : null;
        SocketTransport sockets = address.transport(tls, threads.name());
        Plan.Ways ways = new Plan.Ways(transport == null ? sockets : transport, login == null ? source() : login);
        return virtual == null
                ? new Plan(
                        settings,
                        registered,
                        bearings,
                        threads.environment(random, handlers),
                        ways,
                        new ThreadsEnding(threads, sockets, login))
                : new Plan(settings, registered, bearings, virtual.apply(random), ways, Plan.Ending.none());
    }

    private TokenSource source() {
        if (tokens != null) {
            return TokenSource.of(tokens);
        }
        if (credentials instanceof Credentials.Token token) {
            return TokenSource.fixed(token.token());
        }
        throw new IllegalStateException("a client needs a password, a token, or a supplier of tokens");
    }
}
