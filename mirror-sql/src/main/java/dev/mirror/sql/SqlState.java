package dev.mirror.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Texts under keys, in spaces, beside the log of a {@link SqlLog}: written in the same transactions and as durable as
 * it is. It ends with the log.
 *
 * <p>Keys have 1 to 512 characters and no control characters, values no U+0000, which is refused with an
 * {@link IllegalArgumentException} before anything is asked of the database; both databases compare keys by code
 * points. Failures arrive through the stage, as {@link dev.mirror.message.MirrorException}. Safe for any thread; nothing
 * blocks. What is chained to a stage may run on the writer and must not block.
 */
public final class SqlState {
    private static final String LIST =
            "SELECT name, value FROM gateway_state WHERE space = ? AND name >= ? AND name < ? ORDER BY name ";
    /** What a change that waits takes beside its texts, roughly. */
    private static final int OVERHEAD_BYTES = 200;

    private final LogWriter writer;
    private final LogReader reader;

    SqlState(LogWriter writer, LogReader reader) {
        this.writer = writer;
        this.reader = reader;
    }

    /** A key and the value under it. */
    public record Item(String key, String value) {}

    /**
     * What happens to a key.
     *
     * @param value the new value; {@code null} to remove the key
     * @param there whether something has to be under the key before; {@code null} if that does not matter
     */
    public record Change(
            String key, @Nullable String value, @Nullable Boolean there) {
        /** @throws IllegalArgumentException if the key or the value has U+0000 */
        public Change {
            requireText(key);
            requireText(value == null ? "" : value);
        }
    }

    /**
     * Some of the keys of a space, in order.
     *
     * @param from the first key
     * @param to the first key that no longer belongs to it
     * @param backward whether the list begins with the last of them
     * @param limit how many at most
     */
    public record Span(String from, String to, boolean backward, int limit) {
        /** @throws IllegalArgumentException if an end has U+0000 */
        public Span {
            requireText(from);
            requireText(to);
        }
    }

    /** PostgreSQL would refuse it in the middle of a transaction, in which there may be much that others wrote. */
    private static void requireText(String text) {
        if (text.indexOf(0) >= 0) {
            throw new IllegalArgumentException("no database keeps U+0000");
        }
    }

    /** The value under a key. */
    public CompletionStage<Optional<String>> get(String space, String key) {
        requireText(space);
        requireText(key);
        return writer.unlessClosed(() -> reader.ask(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(StateStatements.GET)) {
                return StateStatements.get(statement, space, key);
            }
        }));
    }

    /** The items of a span. */
    public CompletionStage<List<Item>> list(String space, Span span) {
        requireText(space);
        return writer.unlessClosed(() -> reader.ask(connection -> list(connection, space, span)));
    }

    private static List<Item> list(Connection connection, String space, Span span) throws SQLException {
        List<Item> items = new ArrayList<>();
        String order = span.backward ? "DESC LIMIT ?" : "ASC LIMIT ?";
        try (PreparedStatement statement = connection.prepareStatement(LIST + order)) {
            statement.setString(1, space);
            statement.setString(2, span.from);
            statement.setString(3, span.to);
            statement.setInt(4, span.limit);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    items.add(new Item(row.getString(1), row.getString(2)));
                }
            }
        }
        return items;
    }

    /** Makes all the changes, each at a key of its own, or none if something is not as it has to be; whether it did. */
    public CompletionStage<Boolean> write(String space, List<Change> changes) {
        requireText(space);
        long bytes = changes.stream()
                .mapToLong(change -> OVERHEAD_BYTES + (change.value == null ? 0 : 2L * change.value.length()))
                .sum();
        return writer.submit(new Work<>(new Step(space, List.copyOf(changes)), changes.size(), bytes));
    }

    private record Step(String space, List<Change> changes) implements Work.Step<Boolean> {
        @Override
        public Boolean apply(LogTransaction transaction) throws SQLException {
            StateStatements state = transaction.statements.state();
            for (Change change : changes) {
                if (change.there != null
                        && change.there != state.get(space, change.key).isPresent()) {
                    return false;
                }
            }
            for (Change change : changes) {
                if (change.value == null) {
                    state.remove(space, change.key);
                } else {
                    state.put(space, change.key, change.value);
                }
            }
            return true;
        }

        /** If everything is as it would be after it, it was done, or somebody else did the same. */
        @Override
        public Optional<Boolean> find(LogTransaction transaction) throws SQLException {
            StateStatements state = transaction.statements.state();
            for (Change change : changes) {
                if (!state.get(space, change.key).equals(Optional.ofNullable(change.value))) {
                    return Optional.empty();
                }
            }
            return Optional.of(true);
        }
    }
}
