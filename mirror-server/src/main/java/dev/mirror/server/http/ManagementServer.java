package dev.mirror.server.http;

import dev.mirror.server.config.ExitCode;
import dev.mirror.server.config.ServerOptions;
import dev.mirror.server.config.StartException;
import dev.mirror.server.trace.TraceReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** Metrics, health and traces on a port of its own, which only this machine can reach. Answers nothing else. */
public final class ManagementServer implements AutoCloseable {
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final Server server;
    private final ServerConnector connector;

    /**
     * Prepares it; {@link #start} opens the port.
     *
     * @param scrape the metrics in Prometheus' text format
     * @param notReady why no work should be sent here
     * @param traces tells what became of messages
     */
    public ManagementServer(Supplier<String> scrape, Supplier<List<String>> notReady, TraceReader traces) {
        Routes routes = new Routes();
        new Health(notReady).addTo(routes);
        new TraceEndpoint(traces).addTo(routes);
        routes.add("GET", "/metrics", call -> {
            ByteBuffer text = StandardCharsets.UTF_8.encode(scrape.get());
            return CompletableFuture.completedFuture(new Reply(200, PROMETHEUS, text, List.of(), ""));
        });
        SecurityHeaders headers = new SecurityHeaders(false, false);
        Guards guards = new Guards(
                new ClientAddress(Set.of()), new OriginCheck(Set::of), new AddressLimit(1, System::nanoTime), headers);
        server = new Server(HttpServer.threads("mirror-management", 8));
        server.setHandler(new FrontHandler(routes, guards));
        server.setErrorHandler(new ErrorAnswers(headers));
        connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(HttpServer.configuration()));
        connector.setHost("127.0.0.1");
        connector.setIdleTimeout(30_000);
        server.addConnector(connector);
    }

    /**
     * Opens the port. If nobody chose it and it is taken, another one is.
     *
     * @return the port
     * @throws StartException if the port that was chosen is taken
     */
    public int start(ServerOptions options) {
        connector.setPort(options.managementPort());
        try {
            try {
                connector.open();
            } catch (IOException taken) {
                if (options.managementPortChosen()) {
                    throw new StartException(
                            ExitCode.CANNOT_BIND,
                            "cannot open the management port " + options.managementPort()
                                    + "; it is taken. Choose another with --management-port, or 0",
                            taken);
                }
                connector.setPort(0);
                connector.open();
            }
            server.start();
            return connector.getLocalPort();
        } catch (StartException failure) {
            throw failure;
        } catch (Exception failure) {
            throw new StartException(ExitCode.CANNOT_BIND, "cannot open a management port", failure);
        }
    }

    @Override
    public void close() {
        HttpServer.stop(server);
    }
}
