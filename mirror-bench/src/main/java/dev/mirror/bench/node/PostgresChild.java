package dev.mirror.bench.node;

import dev.mirror.testkit.time.Await;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A PostgreSQL server on a free port, which writes to the disk as one of a careful operator does, and can be killed. For
 * one thread.
 */
public final class PostgresChild implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path data;
    private final int port;
    /** The one that runs, or was killed. */
    private EmbeddedPostgres process;

    private PostgresChild(Path data) throws IOException {
        this.data = data;
        this.process = builder().start();
        this.port = process.getPort();
    }

    /**
     * Starts one with its data in a new folder inside this one.
     *
     * @throws IOException also if there are no programs for this machine, or it does not let us run them
     */
    public static PostgresChild start(Path folder) throws IOException {
        try {
            return new PostgresChild(Files.createDirectories(folder.resolve("postgres")));
        } catch (IllegalStateException e) {
            throw new IOException("PostgreSQL cannot be started here", e);
        }
    }

    private EmbeddedPostgres.Builder builder() {
        return EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setPGStartupWait(PATIENCE);
    }

    /** A schema of its database, which nobody else uses. */
    public String url(String schema) {
        return "postgresql://postgres@localhost:" + port + "/postgres?currentSchema=" + schema;
    }

    /** Ends it as the power does: without a word. */
    public void kill() throws IOException {
        String pid = Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip();
        ProcessHandle postmaster = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
        List<ProcessHandle> children = postmaster.children().toList();
        postmaster.destroyForcibly();
        // They see that it is gone; until they are, another one cannot start.
        Stream.concat(Stream.of(postmaster), children.stream())
                .forEach(each -> Await.value(each.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)));
    }

    /** Starts it again, on what is left. */
    public void restart() throws IOException {
        process.close();
        process = builder().setPort(port).start();
    }

    @Override
    public void close() throws IOException {
        process.close();
    }
}
