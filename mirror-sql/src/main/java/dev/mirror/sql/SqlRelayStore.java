package dev.mirror.sql;

import dev.mirror.identity.UserId;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.spi.RelayStore;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jdbi.v3.core.Handle;

/** {@link RelayStore} in the database. A receiver without an account fails with {@code not.found}. */
final class SqlRelayStore implements RelayStore {
    private record Kept(long number, String channel) {}

    private final SqlStore store;

    SqlRelayStore(SqlStore store) {
        this.store = store;
    }

    @Override
    public CompletionStage<Void> keep(UserId receiver, String channel) {
        return store.write(handle -> {
            keep(handle, receiver.value(), channel);
            return null;
        });
    }

    private static void keep(Handle handle, String receiver, String channel) {
        if (!isThere(handle, "SELECT count(*) FROM users WHERE id = ?", receiver)) {
            throw new MirrorException(ErrorCode.NOT_FOUND, "there is no such user");
        }
        if (isThere(handle, "SELECT count(*) FROM relays WHERE receiver = ? AND channel = ?", receiver, channel)) {
            return; // R3
        }
        if (count(handle, "SELECT count(*) FROM relays WHERE receiver = ?", receiver) >= MAX_PER_USER) {
            throw new MirrorException(ErrorCode.TOO_MANY, "too many requests wait for this user");
        }
        handle.execute("INSERT INTO relays (receiver, channel) VALUES (?, ?)", receiver, channel);
    }

    @Override
    public CompletionStage<List<String>> take(UserId receiver) {
        // Most users have nothing waiting, and finding that out must not cost a write.
        CompletableFuture<Boolean> waits = store.read(
                handle -> isThere(handle, "SELECT count(*) FROM relays WHERE receiver = ?", receiver.value()));
        return waits.thenCompose(some ->
                some ? store.write(handle -> take(handle, receiver)) : CompletableFuture.completedFuture(List.of()));
    }

    private static List<String> take(Handle handle, UserId receiver) {
        return handle
                .createQuery("DELETE FROM relays WHERE receiver = :receiver RETURNING number, channel")
                .bind("receiver", receiver.value())
                .map((row, context) -> new Kept(row.getLong(1), row.getString(2)))
                .stream()
                .sorted(Comparator.comparingLong(Kept::number)) // R2: RETURNING promises no order
                .map(Kept::channel)
                .toList();
    }

    private static boolean isThere(Handle handle, String count, Object... values) {
        return count(handle, count, values) > 0;
    }

    private static int count(Handle handle, String query, Object... values) {
        return handle.select(query, values).mapTo(int.class).one();
    }
}
