package dev.mirror.bench.durable;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;

/**
 * What SQLite itself does with the rows that mirror writes: one thread that inserts so many, commits, and begins again.
 * No network, no JSON, no check, no answer. The process of its own that {@link ThroughputFigures} starts.
 */
final class BareLoop {
    private static final String BODY = "{\"value\":\"0000000000 " + "abcdefghijklmnopqrstuvwxyz".repeat(3)
            + "\",\"userId\":\"abcdefghijklmnopqrstuv\",\"username\":\"person-100\",\"channel\":\"abcdefghijklmnopqrstuv\"}";
    private static final String INSERT =
            "INSERT INTO publications (channel, log_offset, timetoken, publisher, id, body, checksum)"
                    + " VALUES (?, ?, ?, ?, ?, ?, ?)";

    private BareLoop() {}

    /** Arguments: the database file of a store that nobody has open, rows in a transaction, seconds. */
    public static void main(String[] arguments) throws SQLException {
        int window = Integer.parseInt(arguments[1]);
        long seconds = Long.parseLong(arguments[2]);
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + Path.of(arguments[0]));
                Statement settings = connection.createStatement()) {
            settings.execute("PRAGMA journal_mode = WAL");
            settings.execute("PRAGMA synchronous = FULL");
            connection.setAutoCommit(false);
            try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
                // A third of the time to warm up.
                long row = insert(connection, insert, new long[] {1, window, seconds * 500_000_000L});
                long began = System.nanoTime();
                long end = insert(connection, insert, new long[] {row, window, seconds * 1_000_000_000L});
                double rate = (end - row) * 1e9 / (System.nanoTime() - began);
                System.out.printf(Locale.ROOT, "= %.1f%n", rate);
            }
        }
    }

    /** From a row, so many in a transaction, so many nanoseconds; yields the next row. */
    private static long insert(Connection connection, PreparedStatement insert, long[] plan) throws SQLException {
        long row = plan[0];
        for (long end = System.nanoTime() + plan[2]; System.nanoTime() < end; ) {
            for (int i = 0; i < plan[1]; i++) {
                long room = row % 16;
                insert.setLong(1, 1_000_000 + room);
                insert.setLong(2, row / 16 + 1);
                insert.setLong(3, 17_672_256_000_000_000L + row);
                insert.setString(4, "abcdefghijklmnopqrstuv");
                insert.setString(5, "closed-" + room + '.' + row);
                insert.setString(6, BODY);
                insert.setLong(7, row * 2_654_435_761L & 0xFFFF_FFFFL);
                insert.executeUpdate();
                row++;
            }
            connection.commit();
        }
        return row;
    }
}
