package dev.mirror.server.http;

import dev.mirror.gateway.PubNubGateway;
import dev.mirror.server.config.ExitCode;
import dev.mirror.server.config.StartException;
import dev.mirror.sql.accounts.Accounts;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * HTTP behind the front port, on Jetty. It opens no port of its own: connections are {@linkplain #adopt handed over}.
 *
 * <p>Limits: a head of 8 KiB, a body of 8 KiB that arrives within 10 s, 30 s of silence; beyond them the connection ends.
 * For PubNub's interface a head has 48 KiB, a body what its route allows, and a silence lasts 320 s.
 */
public final class HttpServer implements AutoCloseable {
    static final int HEAD_BYTES = 8_192;
    /** For targets that have a message in them. */
    static final int PUBNUB_HEAD_BYTES = 49_152;

    private static final long IDLE_MILLIS = 30_000;

    private static final Logger LOG = System.getLogger(HttpServer.class.getName());
    /** How long an end waits for answers that are on their way. */
    private static final Duration DRAIN = Duration.ofSeconds(2);

    private final Server server;
    private final GracefulHandler requests;
    private final HandOverConnector connector;
    private final int headBytes;

    /**
     * Prepares it.
     *
     * @param upgrades what becomes of an upgrade on a connection that has been here before
     * @param gateway takes what is PubNub's; {@code null} if nothing is
     */
    public HttpServer(
            HttpSettings settings,
            Accounts accounts,
            AuthListener listener,
            Upgrades upgrades,
            @Nullable PubNubGateway gateway) {
        HttpSettings.Reach reach = settings.reach();
        boolean tls = reach == HttpSettings.Reach.TLS_PROXY;
        SecurityHeaders headers = new SecurityHeaders(tls, reach == HttpSettings.Reach.INSECURE);
        Guards guards = new Guards(
                new ClientAddress(settings.trustedProxies()),
                new OriginCheck(settings.origins()),
                new AddressLimit(settings.authPerMinute(), System::nanoTime),
                headers);
        LoginReplies logins = new LoginReplies(accounts.tokens(), new SessionCookie(tls), settings.time());
        StaticFiles files = StaticFiles.load();
        Routes routes = new Routes();
        files.addTo(routes);
        new Health(settings.notReady()).addTo(routes);
        new AuthEndpoints(accounts, logins, listener).addTo(routes);
        new UserEndpoints(accounts, logins, files).addTo(routes);
        routes.add("GET", "/ws", call -> CompletableFuture.failedFuture(Problem.UPGRADE.refusal()));

        server = new Server(threads("mirror-http", 32));
        Handler front = new UpgradeHandler(upgrades, new FrontHandler(routes, guards));
        HttpConfiguration configuration = configuration();
        if (gateway != null) {
            // The handler holds everything else to what it is held to without a gateway.
            configuration.setRequestHeaderSize(PUBNUB_HEAD_BYTES);
            configuration.setUriCompliance(UriCompliance.UNSAFE);
            // A client with a proxy names one host in its target and another in its header.
            configuration.setHttpCompliance(HttpCompliance.from("RFC9110,MISMATCHED_AUTHORITY"));
            front = new PubNubHandler(gateway, accounts, guards, front);
        }
        headBytes = configuration.getRequestHeaderSize();
        requests = new GracefulHandler(front);
        server.setHandler(requests);
        server.setErrorHandler(new ErrorAnswers(headers));
        connector = new HandOverConnector(server, configuration);
        connector.setIdleTimeout(IDLE_MILLIS);
        server.addConnector(connector);
    }

    static HttpConfiguration configuration() {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setRequestHeaderSize(HEAD_BYTES);
        configuration.setUriCompliance(UriCompliance.DEFAULT);
        return configuration;
    }

    static QueuedThreadPool threads(String name, int most) {
        QueuedThreadPool threads = new QueuedThreadPool(most, 4);
        threads.setName(name);
        threads.setDaemon(true);
        return threads;
    }

    /** How long the head of a request may be, in bytes. */
    public int headBytes() {
        return headBytes;
    }

    /** Begins to serve. */
    public void start() {
        try {
            server.start();
        } catch (Exception failure) {
            throw new StartException(ExitCode.FAILURE, "cannot start the HTTP server", failure);
        }
    }

    /**
     * Takes over a connection. Any thread; does not block.
     *
     * @param channel open, in non-blocking mode, registered with no selector
     * @param bytesReadSoFar what was read from it
     */
    public void adopt(SocketChannel channel, ByteBuffer bytesReadSoFar) {
        connector.adopt(channel, bytesReadSoFar);
    }

    /** Answers what was read, what comes now with 503, and ends what is open. What waits for something ends before. */
    @Override
    public void close() {
        try {
            requests.shutdown().get(DRAIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException late) {
            LOG.log(Level.WARNING, "{0} requests are not answered any more", requests.getCurrentRequestCount());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        stop(server);
    }

    static void stop(Server server) {
        try {
            server.stop();
        } catch (Exception failure) {
            throw new IllegalStateException("an HTTP server did not stop", failure);
        }
    }
}
