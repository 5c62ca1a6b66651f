package dev.mirror.server;

import dev.mirror.gateway.PubNubGateway;
import dev.mirror.gateway.keyset.Keyset;
import dev.mirror.hub.Mirror;
import dev.mirror.hub.MirrorOptions;
import dev.mirror.memory.MemoryPresence;
import dev.mirror.message.CloseReason;
import dev.mirror.message.MirrorException;
import dev.mirror.pubnub.PubNubBroker;
import dev.mirror.server.config.ExitCode;
import dev.mirror.server.config.LimitOptions;
import dev.mirror.server.config.ServerOptions;
import dev.mirror.server.config.StartException;
import dev.mirror.server.config.TraceOptions;
import dev.mirror.server.http.HttpServer;
import dev.mirror.server.http.HttpSettings;
import dev.mirror.server.http.ManagementServer;
import dev.mirror.server.metrics.DeliveryTimes;
import dev.mirror.server.metrics.MeteredBroker;
import dev.mirror.server.metrics.MirrorMetrics;
import dev.mirror.server.trace.TraceReader;
import dev.mirror.server.trace.TraceRing;
import dev.mirror.server.trace.TracedConversations;
import dev.mirror.spi.Broker;
import dev.mirror.spi.Presence;
import dev.mirror.sql.LogOptions;
import dev.mirror.sql.SqlLog;
import dev.mirror.sql.SqlStore;
import dev.mirror.sql.StoreException;
import dev.mirror.sql.Surroundings;
import dev.mirror.sql.accounts.Accounts;
import dev.mirror.sql.accounts.AccountsOptions;
import dev.mirror.sql.accounts.Logins;
import dev.mirror.websocket.WebSocketOptions;
import dev.mirror.websocket.WebSocketTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A whole server: the one place where the modules are put together.
 *
 * <p>It is started or it does not exist. {@link #close} drains it: not ready any more, no new connections, publishes under
 * way are finished, every session hears 1012, and what is open ends. Safe for any thread.
 */
public final class MirrorServer implements AutoCloseable {
    private static final Logger LOG = System.getLogger(MirrorServer.class.getName());
    /** How long the head of a request may take. */
    private static final Duration HANDSHAKE = Duration.ofSeconds(10);

    private final ServerOptions options;
    private final InstantSource time = InstantSource.system();
    private final SecureRandom chance = new SecureRandom();
    /** What was opened, the last one first. Only by the thread that starts, then by the one that closes. */
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    /** Known when the port is. Written by the thread that starts. */
    private volatile Set<String> origins = Set.of();

    private final AtomicReference<@Nullable WebSocketTransport> front = new AtomicReference<>();
    private final AtomicReference<@Nullable Place> channels = new AtomicReference<>();
    private final AtomicReference<@Nullable PubNubGateway> pubnub = new AtomicReference<>();
    private final CompletableFuture<StartException> broken = new CompletableFuture<>();
    private volatile boolean draining;
    // By the thread that starts, before anybody else sees this.
    private int port;
    private int managementPort;
    // Guarded by opened.
    private boolean closed;

    private MirrorServer(ServerOptions options) {
        this.options = options;
    }

    /**
     * Starts a server.
     *
     * @param options checked
     * @throws StartException if it cannot start; nothing is left open then
     */
    public static MirrorServer start(ServerOptions options) {
        return start(options, AccountsOptions.builder());
    }

    static MirrorServer start(ServerOptions options, AccountsOptions.Builder accounts) {
        MirrorServer server = new MirrorServer(options);
        try {
            server.open(accounts);
            return server;
        } catch (RuntimeException failure) {
            server.close();
            throw asStartException(failure);
        }
    }

    private void open(AccountsOptions.Builder settings) {
        Threads threads = keep(new Threads());
        SqlStore store =
                keep(SqlStore.open(options.store().database(), new Surroundings(time, chance, threads.blocking())));
        Accounts accounts = keep(Accounts.open(
                store,
                settings.failuresPerMinute(options.limits().failuresPerMinute()).build()));
        MirrorMetrics metrics = keep(new MirrorMetrics());
        Place place = place(store, threads);
        channels.set(place);
        TraceRing trace = trace();
        DeliveryTimes deliveries = new DeliveryTimes(metrics.registry(), trace, System::nanoTime);
        Broker broker = keep(new MeteredBroker(place.broker(), metrics.registry(), deliveries));
        Presence presence = new MemoryPresence(threads);
        Mirror mirror = Mirror.builder()
                .broker(broker)
                .authenticator(accounts)
                .conversations(new TracedConversations(place.conversations(), trace))
                .presence(presence)
                .relays(store.relays())
                .clock(time)
                .random(chance)
                .scheduler(threads)
                .options(limits())
                .trace(deliveries)
                .build();
        Logins.Watch watch = accounts.logins()
                .onEnded(ended -> mirror.disconnect(
                        ended.user(), principal -> principal.login().equals(ended.login()), CloseReason.AUTH_REVOKED));
        keep(watch);
        PubNubGateway gateway = gateway(place, new PubNub.Ground(broker, mirror, accounts, presence), threads);
        // Closed after the front, so that it can finish what came before.
        HttpServer http = keep(http(accounts, metrics, gateway));
        http.start();
        if (gateway != null) {
            // Polls are answered while there is somebody to write the answers.
            keep(gateway);
            pubnub.set(gateway);
        }
        WebSocketTransport transport = new WebSocketTransport(mirror, front(http));
        metrics.watch(mirror, transport);
        front.set(transport);
        port = bind(transport);
        // Not before: to close one whose loops never ran is to wait for them.
        keep(transport);
        origins = options.origins(port);
        manage(new ManagementServer(metrics::scrape, this::notReady, new TraceReader(trace, broker)));
    }

    private void manage(ManagementServer management) {
        managementPort = management.start(options);
        // Closed last, so that it tells of the drain to the end.
        opened.addLast(management);
    }

    private @Nullable TraceRing trace() {
        TraceOptions wanted = options.trace();
        TraceRing.Limits limits = new TraceRing.Limits(wanted.messages(), wanted.steps(), wanted.sample());
        return limits.messages() == 0 ? null : TraceRing.of(limits, time);
    }

    private LogOptions logOptions() {
        LogOptions kept = options.retention().log();
        return options.pubnub().keysets().isEmpty() ? kept : PubNub.room(kept);
    }

    private Place place(SqlStore store, Threads threads) {
        return options.broker()
                .pubnub()
                .map(keyset -> Place.pubnub(
                        new PubNubBroker(keyset, time, chance, threads),
                        options.broker().hasSecretKey()))
                .orElseGet(() -> Place.store(store.log(logOptions(), threads, this::breakDown)));
    }

    private @Nullable PubNubGateway gateway(Place place, PubNub.Ground ground, Threads threads) {
        List<Keyset> keysets = options.pubnub().keysets();
        SqlLog log = place.log();
        if (keysets.isEmpty() || log == null) {
            return null;
        }
        PubNub.Surroundings surroundings = new PubNub.Surroundings(time, chance, threads);
        PubNub.Settings settings = new PubNub.Settings(keysets, options.pubnub().publishPerSecond());
        return keep(new PubNub(settings, log, ground, surroundings)).gateway();
    }

    private MirrorOptions limits() {
        LimitOptions limits = options.limits();
        return MirrorOptions.builder()
                .publishRate(limits.publishPerSecond(), limits.publishBurst())
                .idle(limits.heartbeat())
                .build();
    }

    private HttpServer http(Accounts accounts, MirrorMetrics metrics, @Nullable PubNubGateway gateway) {
        HttpSettings settings = new HttpSettings(
                () -> origins,
                options.trustedProxies(),
                reach(),
                options.limits().authPerMinute(),
                this::notReady,
                time);
        return new HttpServer(
                settings,
                accounts,
                (action, outcome, address, took) -> {
                    metrics.auth(action, outcome, took);
                    LOG.log(
                            outcome.equals("ok") ? Level.DEBUG : Level.INFO,
                            "{0}: {1}, from {2}",
                            action,
                            outcome,
                            address);
                },
                (request, lane, sink) -> transport().adopt(request, lane, sink),
                gateway);
    }

    private HttpSettings.Reach reach() {
        if (options.behindTlsProxy()) {
            return HttpSettings.Reach.TLS_PROXY;
        }
        return options.insecureHttp() ? HttpSettings.Reach.INSECURE : HttpSettings.Reach.LOOPBACK;
    }

    private WebSocketOptions front(HttpServer http) {
        Duration drain = options.limits().drain();
        return WebSocketOptions.builder()
                .idle(options.limits().heartbeat(), options.limits().heartbeatGrace())
                .host(options.host())
                .port(options.port())
                .maxConnections(options.limits().connections())
                .outbox(options.limits().outboxBytes(), options.limits().outboxFrames())
                .allowedOrigins(options.allowedOrigins())
                .drainTimeout(drain.isZero() ? Duration.ofMillis(1) : drain)
                .httpHandOver(http::adopt)
                .handshake(http.headBytes(), HANDSHAKE)
                .build();
    }

    private int bind(WebSocketTransport transport) {
        try {
            return transport.start().port();
        } catch (UncheckedIOException failure) {
            throw new StartException(
                    ExitCode.CANNOT_BIND,
                    "cannot listen on " + options.host() + " port " + options.port() + ": "
                            + reason(failure)
                            + ". Is another server there? Choose another with --port, or 0",
                    failure);
        }
    }

    private static String reason(UncheckedIOException failure) {
        IOException cause = failure.getCause();
        return cause == null ? String.valueOf(failure.getMessage()) : String.valueOf(cause.getMessage());
    }

    private <T extends AutoCloseable> T keep(T part) {
        opened.addFirst(part);
        return part;
    }

    private WebSocketTransport transport() {
        WebSocketTransport transport = front.get();
        if (transport == null) {
            throw new IllegalStateException("a request before the start");
        }
        return transport;
    }

    /** The disk failed in a way that leaves nothing to rely on; a new process finds what is really there. */
    private void breakDown(MirrorException fault) {
        LOG.log(Level.ERROR, "the store must not be written to any more: {0}", fault.getMessage());
        broken.complete(new StartException(ExitCode.STORE_UNAVAILABLE, String.valueOf(fault.getMessage()), fault));
    }

    /** Completes if the server cannot go on; whoever started it should close it then, and start a new process. */
    public CompletionStage<StartException> broken() {
        return broken.minimalCompletionStage();
    }

    private List<String> notReady() {
        if (draining) {
            return List.of("the server is going down");
        }
        Place place = channels.get();
        return place == null ? List.of() : place.troubles();
    }

    /** The port for everything. */
    public int port() {
        return port;
    }

    /** The loopback port for metrics and health. */
    public int managementPort() {
        return managementPort;
    }

    /** What to open in a browser on this machine. */
    public String address() {
        String host = Set.of("127.0.0.1", "0.0.0.0", "::", "::1", "localhost").contains(options.host())
                ? "localhost"
                : options.host();
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** How many polls of PubNub clients are open. */
    int polls() {
        PubNubGateway gateway = pubnub.get();
        return gateway == null ? 0 : gateway.stream().polls();
    }

    /** Drains and ends. A second call does nothing. */
    @Override
    public void close() {
        draining = true;
        synchronized (opened) {
            if (closed) {
                return;
            }
            closed = true;
        }
        for (AutoCloseable part : opened) {
            try {
                part.close();
            } catch (Exception failure) {
                LOG.log(Level.ERROR, "a part did not close", failure);
            }
        }
    }

    private static StartException asStartException(RuntimeException failure) {
        if (failure instanceof StartException known) {
            return known;
        }
        if (failure instanceof StoreException store) {
            return StartException.of(store);
        }
        return new StartException(ExitCode.FAILURE, "cannot start; the log says why", failure);
    }
}
