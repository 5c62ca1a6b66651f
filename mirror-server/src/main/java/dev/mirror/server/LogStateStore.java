package dev.mirror.server;

import dev.mirror.gateway.state.StateStore;
import dev.mirror.sql.SqlState;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The gateway's {@link StateStore}, beside the log of this server: K1 to K6, durable. */
final class LogStateStore implements StateStore {
    private final SqlState state;

    LogStateStore(SqlState state) {
        this.state = state;
    }

    @Override
    public CompletionStage<Optional<String>> get(String space, String key) {
        return state.get(space, key);
    }

    @Override
    public CompletionStage<List<Item>> list(String space, Span span) {
        return state.list(space, new SqlState.Span(span.from(), span.to(), span.backward(), span.limit()))
                .thenApply(items -> items.stream()
                        .map(item -> new Item(item.key(), item.value()))
                        .toList());
    }

    @Override
    public CompletionStage<Boolean> write(String space, List<Change> changes) {
        if (changes.size() > MAX_MANY) {
            throw new IllegalArgumentException("a write has at most " + MAX_MANY + " changes");
        }
        return state.write(
                space,
                changes.stream()
                        .map(change -> new SqlState.Change(change.key(), change.value(), there(change.guard())))
                        .toList());
    }

    private static @Nullable Boolean there(Change.Guard guard) {
        return switch (guard) {
            case NONE -> null;
            case ABSENT -> false;
            case PRESENT -> true;
        };
    }
}
