package dev.mirror.sql.accounts;

import dev.mirror.identity.UserId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The statements on the table {@code users}. No state. */
final class AccountRows {
    private static final String SELECT = "SELECT id, channel_id, name, name_key, password_hash, password_version,"
            + " created_ms, disabled_ms IS NOT NULL AS disabled FROM users ";

    /** An account with what only the check of passwords needs. */
    record Row(Account account, String key, String passwordHash, int passwordVersion) {
        /** Does not show the hash. */
        @Override
        public String toString() {
            return "Row[" + account.id() + "]";
        }
    }

    private AccountRows() {}

    /**
     * Adds an account, unless its name is taken. The id of somebody else is taken as well: people find each other by
     * name or id, and must find the one they mean.
     */
    static boolean insert(Handle handle, Row row) {
        Account account = row.account;
        return handle.createUpdate("INSERT INTO users (id, channel_id, name, name_key, password_hash, created_ms)"
                                + " SELECT :id, :channel, :name, :key, :hash, :created"
                                + " WHERE NOT EXISTS (SELECT 1 FROM users WHERE id = :name)"
                                + " ON CONFLICT DO NOTHING")
                        .bind("id", account.id().value())
                        .bind("channel", account.channelId())
                        .bind("name", account.name())
                        .bind("key", row.key)
                        .bind("hash", row.passwordHash)
                        .bind("created", account.createdAt().toEpochMilli())
                        .execute()
                == 1;
    }

    static Optional<Row> byKey(Handle handle, String key) {
        return handle.select(SELECT + "WHERE name_key = ?", key)
                .map((row, context) -> row(row))
                .findOne();
    }

    static Optional<Row> byId(Handle handle, UserId user) {
        return handle.select(SELECT + "WHERE id = ?", user.value())
                .map((row, context) -> row(row))
                .findOne();
    }

    static boolean exists(Handle handle, UserId user) {
        return handle.select("SELECT count(*) FROM users WHERE id = ?", user.value())
                        .mapTo(int.class)
                        .one()
                == 1;
    }

    /** Stores the hash of a new password, unless somebody else did since the row was read. */
    static boolean changePassword(Handle handle, Row read, String hash) {
        return setPassword(handle, read, hash, read.passwordVersion + 1);
    }

    /** Stores another hash of the same password. */
    static void rehash(Handle handle, Row read, String hash) {
        setPassword(handle, read, hash, read.passwordVersion);
    }

    private static boolean setPassword(Handle handle, Row read, String hash, int version) {
        return handle.execute(
                        "UPDATE users SET password_hash = ?, password_version = ?"
                                + " WHERE id = ? AND password_version = ? AND disabled_ms IS NULL",
                        hash,
                        version,
                        read.account.id().value(),
                        read.passwordVersion)
                == 1;
    }

    static boolean disable(Handle handle, UserId user, Instant now) {
        return handle.execute(
                        "UPDATE users SET disabled_ms = coalesce(disabled_ms, ?) WHERE id = ?",
                        now.toEpochMilli(),
                        user.value())
                == 1;
    }

    static boolean enable(Handle handle, UserId user) {
        return handle.execute("UPDATE users SET disabled_ms = NULL WHERE id = ?", user.value()) == 1;
    }

    private static Row row(ResultSet row) throws SQLException {
        Account account = new Account(
                new UserId(row.getString("id")),
                row.getString("channel_id"),
                row.getString("name"),
                Instant.ofEpochMilli(row.getLong("created_ms")),
                row.getBoolean("disabled"));
        return new Row(
                account, row.getString("name_key"), row.getString("password_hash"), row.getInt("password_version"));
    }
}
