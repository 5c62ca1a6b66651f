package dev.mirror.sql;

import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.Publication;
import dev.mirror.sql.LogStatements.Marks;
import dev.mirror.sql.LogStatements.Place;
import dev.mirror.sql.StoreTools.ProgressHandler;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Puts lines of JSON into a log that nobody else uses meanwhile. */
final class LogImport {
    private static final int LINES_A_COMMIT = 1_000;

    private final Connection connection;
    private final LogStatements statements;
    private final ExportedLine lines;
    private final String epoch;
    private final boolean refusesNull; // the character U+0000, which PostgreSQL does not have
    private final Map<ChannelName, ChannelState> channels = new HashMap<>();
    private final Map<Log, Long> same = new HashMap<>(); // up to which offset; not yet committed
    private long nextChannel;
    private long newest;
    private long added;

    private LogImport(Connection connection, LogState state, boolean refusesNull) throws SQLException {
        this.connection = connection;
        this.statements = new LogStatements(connection);
        this.epoch = state.epoch();
        this.refusesNull = refusesNull;
        this.lines = new ExportedLine(epoch);
        this.nextChannel = state.nextChannel();
        this.newest = state.timetoken();
    }

    /** The log of a channel as it was in another epoch. */
    private record Log(String epoch, long channel) {}

    static long run(Database database, InputStream in, SecureRandom chance, ProgressHandler progress) {
        try (Engine engine = SqlStore.engine(database)) {
            Connection connection = engine.writer();
            LogImport log =
                    new LogImport(connection, LogState.load(connection, chance), database instanceof Database.Postgres);
            log.all(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)), progress);
            return log.added;
        } catch (SQLException e) {
            throw SqlFaults.translate(new IllegalStateException(e), "cannot write to " + database);
        } catch (IOException e) {
            throw new StoreException.Unavailable("cannot read what is to be imported", e);
        }
    }

    private void all(BufferedReader in, ProgressHandler progress) throws SQLException, IOException {
        long number = 0;
        statements.begin();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            number++;
            try {
                add(lines.parse(line));
            } catch (IllegalArgumentException e) {
                connection.rollback();
                throw new IllegalArgumentException("line " + number + ": " + e.getMessage(), e);
            }
            if (number % LINES_A_COMMIT == 0) {
                commit();
                progress.progress(number, 0);
                statements.begin();
            }
        }
        commit();
        progress.progress(number, number);
    }

    private void commit() throws SQLException {
        for (Map.Entry<Log, Long> end : same.entrySet()) {
            Epochs.note(connection, end.getKey().epoch, end.getKey().channel, end.getValue());
        }
        same.clear();
        statements.setState(LogState.TIMETOKEN, Long.toString(newest));
        statements.commit();
    }

    /** What was taken on SQLite before there was a rule against it is not lost there. */
    private Publication storable(Publication publication) {
        Publication.Entry entry = publication.entry();
        if (refusesNull && (entry.id().indexOf(0) >= 0 || entry.body().indexOf(0) >= 0)) {
            throw new IllegalArgumentException("PostgreSQL does not keep the character U+0000");
        }
        return publication;
    }

    private void add(ExportedLine.Line line) throws SQLException {
        Publication publication = storable(line.publication());
        add(publication);
        String from = line.epoch();
        if (from != null && !from.equals(epoch)) {
            Log log = new Log(from, channel(publication.channel()).id);
            same.merge(log, publication.position().offset(), Math::max);
        }
    }

    private void add(Publication publication) throws SQLException {
        ChannelState channel = channel(publication.channel());
        long offset = publication.position().offset();
        if (offset <= channel.tail && isThere(channel, publication)) {
            return;
        }
        boolean isEmpty = channel.tail < channel.stored;
        if (isEmpty && channel.tail == 0 && offset > 1) {
            channel.stored = offset; // what was before it was kept no longer when it was exported
            channel.tail = offset - 1;
            statements.trim(channel.id, offset);
        }
        if (offset != channel.tail + 1) {
            throw new IllegalArgumentException("after offset " + channel.tail + " of " + channel.name + " comes "
                    + (channel.tail + 1) + ", not " + offset);
        }
        insert(channel, publication);
        channel.tail = offset;
        newest = Math.max(newest, publication.timetoken());
        added++;
    }

    private boolean isThere(ChannelState channel, Publication publication) throws SQLException {
        long offset = publication.position().offset();
        boolean[] same = new boolean[1];
        LogReader.Range row = new LogReader.Range(channel.name, channel.id, offset, offset, false);
        LogReader.each(connection, row, epoch, (at, stored) -> same[0] = stored.equals(Optional.of(publication)));
        if (!same[0] && offset >= channel.stored) {
            throw new IllegalArgumentException("offset " + offset + " of " + channel.name + " is another publication");
        }
        return true;
    }

    private void insert(ChannelState channel, Publication publication) throws SQLException {
        Publication.Origin origin = publication.origin();
        if (origin != null) {
            Place place = new Place(channel(origin.channel()), origin.position().offset());
            statements.insertCopy(channel, publication, place);
            return;
        }
        if (!statements.insertOriginal(channel, publication)) {
            throw new IllegalArgumentException("its publisher used its id for another publication");
        }
        UserId publisher = publication.entry().publisher();
        if (channel.name.kind() == ChannelKind.DIRECT && channel.name.belongsTo(publisher)) {
            long offset = publication.position().offset();
            statements.setMarks(publisher, channel.id, new Marks(offset, offset));
        }
    }

    private ChannelState channel(ChannelName name) throws SQLException {
        ChannelState known = channels.get(name);
        if (known != null) {
            return known;
        }
        ChannelState channel = new ChannelState(name, Long.MAX_VALUE);
        channel.set(statements.find(name), 0);
        if (channel.id == 0) {
            channel.id = nextChannel++;
            statements.insertChannel(channel);
            if (name.kind() == ChannelKind.DIRECT) {
                statements.insertMarks(name.sender(), channel.id, name.receiver());
                if (!name.sender().equals(name.receiver())) {
                    statements.insertMarks(name.receiver(), channel.id, name.sender());
                }
            }
        }
        channels.put(name, channel);
        return channel;
    }
}
