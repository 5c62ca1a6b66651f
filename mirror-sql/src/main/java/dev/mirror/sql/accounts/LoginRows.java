package dev.mirror.sql.accounts;

import dev.mirror.identity.UserId;
import dev.mirror.sql.accounts.Revocations.Revoked;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** The statements on the table {@code logins}. No state. */
final class LoginRows {
    /** How many log-ins a user has at most; one more ends the one that was not used for longest. */
    static final int PER_USER = 50;

    /** More than there are; an offset without a limit is not everywhere SQL. */
    private static final int MANY = 1_000_000;

    private static final String END =
            "UPDATE logins SET revoked_ms = :now WHERE user_id = :user AND revoked_ms IS NULL";
    private static final String RETURNING = " RETURNING id, token_ends_ms";

    /** What is left of a log-in. */
    enum State {
        LIVE,
        ENDED,
        REVOKED
    }

    private LoginRows() {}

    /** Adds a log-in, unless the password was changed or the account disabled since the row was read. */
    static boolean insert(Handle handle, AccountRows.Row read, Logins.Login login, Instant tokenEndsAt) {
        return handle.createUpdate("INSERT INTO logins (id, user_id, created_ms, seen_ms, ends_ms, token_ends_ms)"
                                + " SELECT :id, id, :now, :now, :ends, :tokenEnds FROM users"
                                + " WHERE id = :user AND password_version = :version AND disabled_ms IS NULL")
                        .bind("id", login.id())
                        .bind("user", login.user().value())
                        .bind("now", login.createdAt().toEpochMilli())
                        .bind("ends", login.endsAt().toEpochMilli())
                        .bind("tokenEnds", tokenEndsAt.toEpochMilli())
                        .bind("version", read.passwordVersion())
                        .execute()
                == 1;
    }

    static Optional<Logins.Login> find(Handle handle, UserId user, String login) {
        return handle.select(
                        "SELECT id, created_ms, seen_ms, ends_ms FROM logins WHERE user_id = ? AND id = ?",
                        user.value(),
                        login)
                .map((row, context) -> new Logins.Login(
                        row.getString("id"), user, at(row.getLong(2)), at(row.getLong(3)), at(row.getLong(4))))
                .findOne();
    }

    /** What the log-in is; one that is not there has ended. */
    static State state(Handle handle, String login, Instant now, Instant idleSince) {
        return handle.select("SELECT revoked_ms IS NOT NULL, ends_ms, seen_ms FROM logins WHERE id = ?", login)
                .map((row, context) -> {
                    if (row.getBoolean(1)) {
                        return State.REVOKED;
                    }
                    boolean live = row.getLong(2) > now.toEpochMilli() && row.getLong(3) >= idleSince.toEpochMilli();
                    return live ? State.LIVE : State.ENDED;
                })
                .findOne()
                .orElse(State.ENDED);
    }

    static void seen(Handle handle, String login, Instant now, Instant tokenEndsAt) {
        handle.execute(
                "UPDATE logins SET seen_ms = ?,"
                        + " token_ends_ms = CASE WHEN token_ends_ms < ? THEN ? ELSE token_ends_ms END WHERE id = ?",
                now.toEpochMilli(),
                tokenEndsAt.toEpochMilli(),
                tokenEndsAt.toEpochMilli(),
                login);
    }

    /** The log-ins of a user that still count, the last used first. */
    static List<Logins.Login> live(Handle handle, UserId user, Instant now, Instant idleSince) {
        return handle.select(
                        "SELECT id, created_ms, seen_ms, ends_ms FROM logins WHERE user_id = ? AND revoked_ms IS NULL"
                                + " AND ends_ms > ? AND seen_ms >= ? ORDER BY seen_ms DESC, id",
                        user.value(),
                        now.toEpochMilli(),
                        idleSince.toEpochMilli())
                .map((row, context) -> new Logins.Login(
                        row.getString("id"), user, at(row.getLong(2)), at(row.getLong(3)), at(row.getLong(4))))
                .list();
    }

    static List<Revoked> endOne(Handle handle, UserId user, String login, Instant now) {
        return ended(handle.createQuery(END + " AND id = :login" + RETURNING).bind("login", login), user, now);
    }

    /** Ends all log-ins of a user but the one to keep; an empty id keeps none. */
    static List<Revoked> endAllBut(Handle handle, UserId user, String keep, Instant now) {
        return ended(handle.createQuery(END + " AND id <> :keep" + RETURNING).bind("keep", keep), user, now);
    }

    /** Ends what a user has above the limit, but never the newest. */
    static List<Revoked> endSurplus(Handle handle, Logins.Login newest) {
        Query query = handle.createQuery(END
                        + " AND id IN (SELECT id FROM logins WHERE user_id = :user AND revoked_ms IS NULL"
                        + " ORDER BY id = :newest DESC, seen_ms DESC, id LIMIT " + MANY + " OFFSET " + PER_USER + ")"
                        + RETURNING)
                .bind("newest", newest.id());
        return ended(query, newest.user(), newest.createdAt());
    }

    private static List<Revoked> ended(Query query, UserId user, Instant now) {
        return query.bind("user", user.value())
                .bind("now", now.toEpochMilli())
                .map((row, context) -> new Revoked(row.getString(1), now, at(row.getLong(2))))
                .list();
    }

    /** Forgets what neither counts nor has to be remembered as revoked. */
    static void purge(Handle handle, Instant now, Instant idleSince) {
        handle.execute(
                "DELETE FROM logins WHERE seen_ms < ? AND token_ends_ms < ?",
                idleSince.toEpochMilli(),
                now.minus(Tokens.LEEWAY.multipliedBy(2)).toEpochMilli());
    }

    /** What was revoked while tokens of it still count, the oldest first. */
    static List<Revoked> revoked(Handle handle, Instant now) {
        return handle.select(
                        "SELECT id, revoked_ms, token_ends_ms FROM logins WHERE revoked_ms IS NOT NULL"
                                + " AND token_ends_ms >= ? ORDER BY revoked_ms",
                        now.minus(Tokens.LEEWAY).toEpochMilli())
                .map((row, context) -> new Revoked(row.getString(1), at(row.getLong(2)), at(row.getLong(3))))
                .list();
    }

    private static Instant at(long millis) {
        return Instant.ofEpochMilli(millis);
    }
}
