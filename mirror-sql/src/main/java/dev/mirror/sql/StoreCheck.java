package dev.mirror.sql;

import dev.mirror.channel.ChannelName;
import dev.mirror.sql.StoreTools.ProgressHandler;
import dev.mirror.sql.StoreTools.Report;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** Looks at everything that a store holds. */
final class StoreCheck {
    private static final int PAGE = 300;
    private static final String CHANNELS = "SELECT id, name, first_offset,"
            + " (SELECT max(log_offset) FROM publications WHERE channel = channels.id)"
            + " FROM channels WHERE id > ? ORDER BY id LIMIT " + PAGE;

    private final Connection connection;
    private final ProgressHandler progress;
    private final List<String> findings = new ArrayList<>();
    private long channels;
    private long publications;
    private long total;

    private StoreCheck(Connection connection, ProgressHandler progress) {
        this.connection = connection;
        this.progress = progress;
    }

    static Report of(Database database, ProgressHandler progress) {
        try (Connection connection = reading(database).getConnection()) {
            StoreCheck check = new StoreCheck(connection, progress);
            if (database instanceof Database.Postgres) {
                PostgresServer.check(connection, database);
            } else {
                check.file();
            }
            beginSnapshot(connection);
            return check.log();
        } catch (SQLException e) {
            throw SqlFaults.translate(new IllegalStateException(e), "cannot check " + database);
        }
    }

    /** Of a backup. */
    static Report of(DataSource file, ProgressHandler progress) throws SQLException {
        try (Connection connection = file.getConnection()) {
            StoreCheck check = new StoreCheck(connection, progress);
            check.file();
            return check.findings.isEmpty() ? check.log() : new Report(0, 0, check.findings);
        }
    }

    /** A way to read what is stored while a mirror may be writing. */
    static DataSource reading(Database database) {
        if (database instanceof Database.Postgres postgres) {
            return new PostgresSource(postgres.url()).patient();
        }
        Path file = database.folder().resolve(SqliteEngine.FILE);
        if (!Files.isRegularFile(file)) {
            throw new StoreException.Unavailable("there is no store in " + database.folder());
        }
        return SqliteFile.reader(file);
    }

    /** From here to its end the connection sees the store as it was at one moment, whatever a mirror does to it. */
    static void beginSnapshot(Connection connection) throws SQLException {
        if (connection.getMetaData().supportsTransactionIsolationLevel(Connection.TRANSACTION_REPEATABLE_READ)) {
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        }
        connection.setAutoCommit(false);
    }

    private void found(String sentence) {
        if (findings.size() < Report.MAX_FINDINGS) {
            findings.add(sentence);
        }
    }

    private void file() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA integrity_check(20)")) {
            while (row.next()) {
                if (!row.getString(1).equals("ok")) {
                    found("the file: " + row.getString(1));
                }
            }
        }
    }

    private Report log() throws SQLException {
        total = number("SELECT count(*) FROM publications");
        String epoch = LogState.epoch(connection).orElse("none yet");
        List<Stand> page = channels(0);
        while (!page.isEmpty()) {
            for (Stand stand : page) {
                channels++;
                log(stand, epoch);
            }
            page = channels(page.get(page.size() - 1).id);
        }
        long strays = number("SELECT count(*) FROM publications WHERE channel NOT IN (SELECT id FROM channels)");
        if (strays > 0) {
            found(strays + " publications belong to no channel");
        }
        long before = number("SELECT count(*) FROM publications p JOIN channels c ON c.id = p.channel"
                + " WHERE p.log_offset < c.first_offset");
        if (before > 0) {
            found(before + " publications stand before the first offset of their channel");
        }
        return new Report(channels, publications, findings);
    }

    /** Where a log stands. */
    record Stand(long id, String name, long first, long tail) {}

    private List<Stand> channels(long after) throws SQLException {
        return channels(connection, after);
    }

    /** The next channels after this id. */
    static List<Stand> channels(Connection connection, long after) throws SQLException {
        List<Stand> page = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(CHANNELS)) {
            statement.setLong(1, after);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    long id = row.getLong(1);
                    String name = row.getString(2);
                    long first = row.getLong(3);
                    long tail = row.getLong(4);
                    page.add(new Stand(id, name, first, row.wasNull() ? first - 1 : tail));
                }
            }
        }
        return page;
    }

    private void log(Stand stand, String epoch) throws SQLException {
        Optional<ChannelName> name =
                ChannelName.parse(stand.name).filter(valid -> valid.canonical().equals(stand.name));
        if (name.isEmpty()) {
            found("channel " + stand.id + " has no valid name");
            return;
        }
        long[] last = {stand.first - 1, 0}; // the offset and the timetoken of the row before
        for (long from = stand.first; from <= stand.tail; from += PAGE) {
            LogReader.Range range =
                    new LogReader.Range(name.get(), stand.id, from, Math.min(stand.tail, from + PAGE - 1), false);
            LogReader.each(connection, range, epoch, (offset, publication) -> {
                publications++;
                if (offset != last[0] + 1) {
                    found(place(stand, last[0] + 1) + " is missing");
                }
                if (publication.isEmpty()) {
                    found(place(stand, offset) + " is not what was written there");
                } else if (publication.get().timetoken() <= last[1]) {
                    found(place(stand, offset) + " is not later than the one before it");
                }
                last[0] = offset;
                last[1] = publication.isEmpty() ? last[1] : publication.get().timetoken();
            });
            progress.progress(publications, total);
        }
    }

    private static String place(Stand stand, long offset) {
        return "offset " + offset + " of " + stand.name;
    }

    private long number(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() ? row.getLong(1) : 0;
        }
    }
}
