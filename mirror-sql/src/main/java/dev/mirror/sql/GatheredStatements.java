package dev.mirror.sql;

import static java.util.stream.Collectors.joining;

import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.Publication;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The writer's statements for a server that is a network away: what a transaction will look up is asked for at once,
 * and what it writes is gathered and goes out at once, in one statement for each table, whatever the number of rows.
 * Only the writer.
 */
final class GatheredStatements extends LogStatements {
    private static final String ORIGINALS = "SELECT " + LogRow.COLUMNS + ", c.name, n.publisher, n.id"
            + " FROM unnest(?::text[], ?::text[]) AS n (publisher, id)"
            + " JOIN publications p ON p.publisher = n.publisher AND p.id = n.id AND p.origin_channel IS NULL"
            + LogRow.ORIGIN + " LEFT JOIN channels c ON c.id = p.channel";
    private static final String CHANNELS = "SELECT c.name, c.id, c.first_offset,"
            + " (SELECT max(log_offset) FROM publications WHERE channel = c.id)"
            + " FROM unnest(?::text[]) AS n (name) JOIN channels c ON c.name = n.name";

    private final Connection connection;
    private final PreparedStatement originals;
    private final PreparedStatement channels;
    private final List<Table> tables;
    private final Table newChannels;
    private final Table newMarks;
    private final Table rows;
    private final Table changedMarks;

    /** By the tables that they write to. */
    private final Map<List<Table>, PreparedStatement> writes = new HashMap<>();

    private final Map<Key, Stored> stored = new HashMap<>();
    private final Map<String, ChannelState.Found> found = new HashMap<>();
    private final Map<MarksKey, Marks> marks = new LinkedHashMap<>();
    /** Of marks that have no row yet: whose the other ones are. */
    private final Map<MarksKey, String> peers = new HashMap<>();
    /** Whether the originals of this transaction were asked for, so that one which is not stored is new. */
    private boolean asked;

    private record Key(String publisher, String id) {
        static Key of(Publication.Entry entry) {
            return new Key(entry.publisher().value(), entry.id());
        }
    }

    private record MarksKey(UserId user, long channel) {}

    /** Rows for one statement, column by column. */
    private static final class Table {
        final String sql;
        final String[] types;
        final List<List<@Nullable Object>> columns = new ArrayList<>();

        Table(String sql, String... types) {
            this.sql = sql;
            this.types = types;
            for (int i = 0; i < types.length; i++) {
                columns.add(new ArrayList<>());
            }
        }

        void add(@Nullable Object... values) {
            for (int i = 0; i < values.length; i++) {
                columns.get(i).add(values[i]);
            }
        }

        void clear() {
            columns.forEach(List::clear);
        }

        boolean isEmpty() {
            return columns.get(0).isEmpty();
        }
    }

    GatheredStatements(Connection connection) throws SQLException {
        super(connection);
        this.connection = connection;
        originals = connection.prepareStatement(ORIGINALS);
        channels = connection.prepareStatement(CHANNELS);
        newChannels = new Table(
                "INSERT INTO channels (id, name, kind, first_offset)"
                        + " SELECT *, 1 FROM unnest(?::int8[], ?::text[], ?::text[])",
                "int8",
                "text",
                "text");
        newMarks = new Table(
                "INSERT INTO marks (user_id, channel, received, read, peer)"
                        + " SELECT * FROM unnest(?::text[], ?::int8[], ?::int8[], ?::int8[], ?::text[])",
                "text",
                "int8",
                "int8",
                "int8",
                "text");
        rows = new Table(
                "INSERT INTO publications (channel, log_offset, timetoken, publisher, id, body, origin_channel,"
                        + " origin_offset, checksum) SELECT * FROM unnest(?::int8[], ?::int8[], ?::int8[], ?::text[],"
                        + " ?::text[], ?::text[], ?::int8[], ?::int8[], ?::int8[])",
                "int8",
                "int8",
                "int8",
                "text",
                "text",
                "text",
                "int8",
                "int8",
                "int8");
        changedMarks = new Table(
                "UPDATE marks m SET received = n.received, read = n.read"
                        + " FROM unnest(?::text[], ?::int8[], ?::int8[], ?::int8[]) AS n (user_id, channel, received, read)"
                        + " WHERE m.user_id = n.user_id AND m.channel = n.channel",
                "text",
                "int8",
                "int8",
                "int8");
        tables = List.of(newChannels, newMarks, rows, changedMarks);
    }

    private static void bind(Connection connection, PreparedStatement statement, int index, String type, List<?> values)
            throws SQLException {
        Object[] elements = type.equals("text") ? values.toArray(new String[0]) : values.toArray(new Long[0]);
        Array array = connection.createArrayOf(type, elements);
        statement.setArray(index, array);
    }

    @Override
    void begin() throws SQLException {
        forget();
        super.begin();
    }

    @Override
    boolean looksAhead() {
        return true;
    }

    @Override
    void expect(List<Publication.Entry> entries, List<ChannelName> names) throws SQLException {
        // A single one is asked for as it is inserted.
        if (entries.size() > 1) {
            ask(entries);
        }
        if (names.size() > 1) {
            look(names);
        }
    }

    private void ask(List<Publication.Entry> entries) throws SQLException {
        List<String> publishers = new ArrayList<>(entries.size());
        List<String> ids = new ArrayList<>(entries.size());
        for (Publication.Entry entry : entries) {
            publishers.add(entry.publisher().value());
            ids.add(entry.id());
        }
        bind(connection, originals, 1, "text", publishers);
        bind(connection, originals, 2, "text", ids);
        try (ResultSet row = originals.executeQuery()) {
            while (row.next()) {
                Key key = new Key(row.getString(LogRow.NEXT + 1), row.getString(LogRow.NEXT + 2));
                stored.put(key, Stored.of(row));
            }
        }
        asked = true;
    }

    private void look(List<ChannelName> names) throws SQLException {
        List<String> canonical = names.stream().map(ChannelName::canonical).toList();
        canonical.forEach(name -> found.put(name, ChannelState.Found.NONE));
        bind(connection, channels, 1, "text", canonical);
        try (ResultSet row = channels.executeQuery()) {
            while (row.next()) {
                String name = row.getString(1);
                long id = row.getLong(2);
                long first = row.getLong(3);
                long newest = row.getLong(4);
                OptionalLong last = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(newest);
                found.put(name, ChannelState.Found.of(id, first, last));
            }
        }
    }

    @Override
    boolean insertOriginal(ChannelState channel, Publication publication) throws SQLException {
        Publication.Entry entry = publication.entry();
        if (stored.containsKey(Key.of(entry))) {
            return false;
        }
        if (!asked) {
            if (!super.insertOriginal(channel, publication)) {
                return false;
            }
        } else {
            add(channel, publication, null);
        }
        stored.put(Key.of(entry), new Stored(publication));
        return true;
    }

    @Override
    void insertCopy(ChannelState channel, Publication publication, Place origin) {
        add(channel, publication, origin);
    }

    private void add(ChannelState channel, Publication publication, @Nullable Place origin) {
        rows.add(
                channel.id,
                publication.position().offset(),
                publication.timetoken(),
                publication.entry().publisher().value(),
                publication.entry().id(),
                publication.entry().body(),
                origin == null ? null : (Long) origin.channel().id,
                origin == null ? null : (Long) origin.offset(),
                RowChecksum.of(publication));
    }

    @Override
    Optional<Stored> original(Publication.Entry entry) throws SQLException {
        Stored known = stored.get(Key.of(entry));
        return known != null || asked ? Optional.ofNullable(known) : super.original(entry);
    }

    @Override
    ChannelState.Found find(ChannelName name) throws SQLException {
        ChannelState.Found known = found.get(name.canonical());
        return known != null ? known : super.find(name);
    }

    @Override
    void insertChannel(ChannelState channel) {
        newChannels.add(
                channel.id, channel.name.canonical(), channel.name.kind().name().toLowerCase(Locale.ROOT));
    }

    @Override
    void insertMarks(UserId user, long channel, UserId peer) {
        MarksKey key = new MarksKey(user, channel);
        peers.put(key, peer.value());
        marks.put(key, new Marks(0, 0));
    }

    @Override
    Optional<Marks> marks(UserId user, long channel) throws SQLException {
        Marks known = marks.get(new MarksKey(user, channel));
        return known != null ? Optional.of(known) : super.marks(user, channel);
    }

    @Override
    void setMarks(UserId user, long channel, Marks value) {
        marks.put(new MarksKey(user, channel), value);
    }

    @Override
    void trim(long channel, long first) throws SQLException {
        write();
        super.trim(channel, first);
    }

    @Override
    void write() throws SQLException {
        marks.forEach((key, value) -> {
            String peer = peers.get(key);
            if (peer == null) {
                changedMarks.add(key.user.value(), key.channel, value.received(), value.read());
            } else {
                newMarks.add(key.user.value(), key.channel, value.received(), value.read(), peer);
            }
        });
        marks.clear();
        peers.clear();
        List<Table> full = tables.stream().filter(table -> !table.isEmpty()).toList();
        if (full.isEmpty()) {
            return;
        }
        PreparedStatement statement = writing(full);
        int index = 0;
        for (Table table : full) {
            for (int i = 0; i < table.types.length; i++) {
                index++;
                bind(connection, statement, index, table.types[i], table.columns.get(i));
            }
        }
        // Several statements are one round trip.
        statement.execute();
        full.forEach(Table::clear);
    }

    private PreparedStatement writing(List<Table> full) throws SQLException {
        PreparedStatement known = writes.get(full);
        if (known == null) {
            known = connection.prepareStatement(
                    full.stream().map(table -> table.sql).collect(joining("; ")));
            writes.put(full, known);
        }
        return known;
    }

    @Override
    void rollback() throws SQLException {
        forget();
        super.rollback();
    }

    private void forget() {
        tables.forEach(Table::clear);
        stored.clear();
        found.clear();
        marks.clear();
        peers.clear();
        asked = false;
    }
}
