package dev.mirror.sql;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mirror.testkit.time.Await;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real PostgreSQL server, which writes to the disk as one of a careful operator does. There is one for all tests of a
 * process, either started here, or the one that {@code MIRROR_TEST_PG_URL} names; a test that does harm starts its own.
 */
public final class TestPostgres implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    /** Why there is no server; empty if there is one. */
    static final String REASON;

    static final Optional<TestPostgres> SHARED;

    static {
        TestPostgres server = null;
        String reason = "";
        String url = System.getenv("MIRROR_TEST_PG_URL");
        try {
            server = url == null ? shared() : somebodyElses(url);
        } catch (IOException | RuntimeException e) {
            reason = "no PostgreSQL could be started here (" + e + "); MIRROR_TEST_PG_URL can name one";
        }
        SHARED = Optional.ofNullable(server);
        REASON = reason;
    }

    private final String url;
    private final Path data;
    private final int port;
    private final Set<String> schemas = ConcurrentHashMap.newKeySet();
    /** The one that runs, or was killed. Only on the test's thread. */
    private EmbeddedPostgres process;

    private TestPostgres(String url, Path data, int port) {
        this.url = url;
        this.data = data;
        this.port = port;
    }

    private TestPostgres(EmbeddedPostgres process, Path data) {
        this("postgresql://postgres@localhost:" + process.getPort() + "/postgres", data, process.getPort());
        this.process = process;
    }

    private static TestPostgres somebodyElses(String url) {
        TestPostgres server = new TestPostgres(url, Path.of(""), 0);
        server.run("SELECT 1");
        Runtime.getRuntime().addShutdownHook(new Thread(server::dropSchemas, "drop-schemas"));
        return server;
    }

    private void dropSchemas() {
        run(schemas.stream()
                .map(schema -> "DROP SCHEMA IF EXISTS " + schema + " CASCADE")
                .toArray(String[]::new));
    }

    /** Ends, and leaves nothing behind, when the process does. */
    private static TestPostgres shared() throws IOException {
        Path data = Files.createTempDirectory("mirror-postgres");
        return new TestPostgres(careful(data).start(), data);
    }

    /** A server of the test's own, in an empty folder; skips the test if there cannot be one. */
    public static TestPostgres start(Path data) throws IOException {
        assumeOurs();
        EmbeddedPostgres process = careful(data).setCleanDataDirectory(false).start();
        return new TestPostgres(process, data);
    }

    private static EmbeddedPostgres.Builder careful(Path data) {
        return EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setPGStartupWait(DEADLINE);
    }

    /** A schema of the server's database. */
    public Database database(String schema, Path folder) {
        schemas.add(schema);
        return Database.postgres(url + (url.contains("?") ? "&" : "?") + "currentSchema=" + schema, null, folder);
    }

    /** A schema of the server's database, reached by way of another port. */
    Database through(int otherPort, String schema, Path folder) {
        String address = "postgresql://postgres@localhost:" + otherPort + "/postgres?currentSchema=" + schema;
        return Database.postgres(address, null, folder);
    }

    int port() {
        return port;
    }

    /** The number that a query answers with, as the superuser. */
    long counts(String query) {
        PostgresUrl address = PostgresUrl.parse(url, null);
        try (Connection connection = DriverManager.getConnection(address.jdbcUrl(), address.copyOfProperties());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Another database of the server, which a test made. */
    Database other(String name, String user, Path folder) {
        return Database.postgres("postgresql://" + user + "@localhost:" + port + "/" + name, null, folder);
    }

    /** Skips the test unless servers can be started here, which may be changed and harmed. */
    static void assumeOurs() {
        assumeTrue(SHARED.isPresent(), REASON);
        assumeTrue(SHARED.get().port != 0, "the server is somebody else's, and not to be changed or harmed");
    }

    /** Runs statements as the superuser. */
    public void run(String... statements) {
        PostgresUrl address = PostgresUrl.parse(url, null);
        try (Connection connection = DriverManager.getConnection(address.jdbcUrl(), address.copyOfProperties());
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ends every other connection, as an operator may. */
    public void endConnections() {
        run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'mirror'");
    }

    /** Ends the server as the power does: without a word. */
    public void kill() {
        ProcessHandle postmaster = postmaster();
        List<ProcessHandle> all = postmaster.children().toList();
        postmaster.destroyForcibly();
        // They see that it is gone; until they are, another one cannot start.
        Stream.concat(Stream.of(postmaster), all.stream())
                .forEach(each -> Await.value(each.onExit().orTimeout(DEADLINE.toSeconds(), TimeUnit.SECONDS)));
    }

    /** Starts it again, on the same data and port. */
    public void restart() throws IOException {
        restart("fsync", "on");
    }

    /** The same, with a setting as a careful operator would not have it. */
    void restart(String setting, String value) throws IOException {
        process.close();
        process = careful(data)
                .setCleanDataDirectory(false)
                .setPort(port)
                .setServerConfig(setting, value)
                .start();
    }

    /** Stops it in its tracks: connections stay, nothing answers. */
    void freeze() {
        signal("-STOP");
    }

    /** Lets it go on. */
    void thaw() {
        signal("-CONT");
    }

    private void signal(String name) {
        ProcessHandle postmaster = postmaster();
        Stream.concat(Stream.of(postmaster), postmaster.children())
                .map(ProcessHandle::pid)
                .forEach(pid -> {
                    try {
                        new ProcessBuilder("kill", name, Long.toString(pid))
                                .start()
                                .waitFor();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    private ProcessHandle postmaster() {
        try {
            String pid = Files.readAllLines(data.resolve("postmaster.pid")).get(0);
            return ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        process.close();
    }
}
