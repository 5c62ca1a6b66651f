package dev.mirror.sql;

import dev.mirror.identity.UserId;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A store on a real database, with threads of its own and a fixed clock. */
public final class StoreFixture implements AutoCloseable {
    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final SqlStore store;

    public StoreFixture(Path folder) {
        this(Database.sqlite(folder));
    }

    public StoreFixture(Database database) {
        this(database, InstantSource.fixed(START));
    }

    public StoreFixture(Database database, InstantSource time) {
        Surroundings surroundings = new Surroundings(time, new SecureRandom(), threads);
        try {
            store = SqlStore.open(database, surroundings);
        } catch (RuntimeException e) {
            threads.shutdown();
            throw e;
        }
    }

    public SqlStore store() {
        return store;
    }

    UserId user(String id) {
        await(store.write(handle -> handle.execute(
                "INSERT INTO users (id, channel_id, name, name_key, password_hash, created_ms)"
                        + " VALUES (?, ?, ?, ?, '$argon2id$', 0)",
                id,
                "channel-" + id,
                "name " + id,
                "name " + id)));
        return new UserId(id);
    }

    /** The outcome of a stage, within a deadline; its own exception if it failed. */
    public static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof TimeoutException) {
                throw new AssertionError("no outcome within 20 s", e);
            }
            throw e;
        }
    }

    @Override
    public void close() {
        store.close();
        threads.shutdown();
    }
}
