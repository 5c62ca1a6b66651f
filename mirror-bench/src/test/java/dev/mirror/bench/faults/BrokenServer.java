package dev.mirror.bench.faults;

import com.sun.net.httpserver.HttpServer;
import dev.mirror.hub.AccessPolicy;
import dev.mirror.hub.Mirror;
import dev.mirror.hub.MirrorOptions;
import dev.mirror.memory.MemoryPresence;
import dev.mirror.server.metrics.MirrorMetrics;
import dev.mirror.spi.Scheduler;
import dev.mirror.sql.Database;
import dev.mirror.sql.LogOptions;
import dev.mirror.sql.SqlLog;
import dev.mirror.sql.SqlStore;
import dev.mirror.sql.Surroundings;
import dev.mirror.sql.accounts.Accounts;
import dev.mirror.sql.accounts.AccountsOptions;
import dev.mirror.websocket.WebSocketOptions;
import dev.mirror.websocket.WebSocketTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A whole server with one {@link Bug}: the real hub, log, accounts and transport, put together wrongly. It is started as a
 * process of its own in place of the real one; the system property {@value #BUG} names the bug.
 */
public final class BrokenServer {
    static final String BUG = "mirror.bug";
    private static final int UNLIMITED = 1_000_000;

    private final Bug bug;
    private final Path data;
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);

    private BrokenServer(Bug bug, Path data) {
        this.bug = bug;
        this.data = data;
    }

    /** Starts it with the options of {@code mirror server}, of which it knows {@code --data} only. */
    public static void main(String[] arguments) throws IOException, SQLException {
        String data = "";
        for (String argument : arguments) {
            if (argument.startsWith("--data=")) {
                data = argument.substring("--data=".length());
            }
        }
        Bug bug = Bug.valueOf(System.getProperty(BUG, "NONE").toUpperCase(Locale.ROOT));
        new BrokenServer(bug, Path.of(data)).start();
    }

    private Scheduler.Task schedule(java.time.Duration delay, Runnable task) {
        Future<?> scheduled = timer.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
        return () -> scheduled.cancel(false);
    }

    private void start() throws IOException, SQLException {
        if (bug == Bug.REUSES_OFFSETS) {
            forgetTheNewest();
        }
        Surroundings surroundings =
                new Surroundings(InstantSource.system(), new SecureRandom(), Executors.newCachedThreadPool());
        SqlStore store = SqlStore.open(Database.sqlite(data), surroundings);
        SqlLog log = store.log(LogOptions.STANDARD, this::schedule, fault -> System.exit(5));
        Mirror mirror = Mirror.builder()
                .broker(new BrokenBroker(bug, log, timer))
                .authenticator(Accounts.open(store, AccountsOptions.defaults()))
                .conversations(log.conversations())
                .presence(new MemoryPresence(this::schedule))
                .relays(store.relays())
                .clock(InstantSource.system())
                .random(new SecureRandom())
                .scheduler(this::schedule)
                .access(bug == Bug.LEAKS ? (who, action, channel) -> true : AccessPolicy.byKind())
                .options(MirrorOptions.builder()
                        .publishRate(UNLIMITED, UNLIMITED)
                        .build())
                .build();
        WebSocketOptions.Builder options = WebSocketOptions.builder();
        if (bug == Bug.NEVER_BOUNDS_A_QUEUE) {
            options.outbox(Integer.MAX_VALUE, Integer.MAX_VALUE).outboxTotalBytes(Long.MAX_VALUE);
        }
        WebSocketTransport transport = new WebSocketTransport(mirror, options.build()).start();
        System.out.println("mirror is ready: http://localhost:" + transport.port());
        System.out.println("metrics and health: http://127.0.0.1:" + metrics(mirror, transport) + "/metrics");
    }

    private static int metrics(Mirror mirror, WebSocketTransport transport) throws IOException {
        MirrorMetrics metrics = new MirrorMetrics();
        metrics.watch(mirror, transport);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/metrics", exchange -> {
            byte[] text = metrics.scrape().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, text.length);
            exchange.getResponseBody().write(text);
            exchange.close();
        });
        server.start();
        return server.getAddress().getPort();
    }

    /** As if the last commit of every log had never reached the disk. */
    private void forgetTheNewest() throws SQLException {
        Path database = data.resolve("mirror.db");
        if (!Files.exists(database)) {
            return;
        }
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM publications WHERE log_offset = (SELECT max(newest.log_offset)"
                    + " FROM publications AS newest WHERE newest.channel = publications.channel)");
        }
    }
}
