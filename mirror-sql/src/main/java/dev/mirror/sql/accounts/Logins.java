package dev.mirror.sql.accounts;

import dev.mirror.identity.UserId;
import dev.mirror.sql.SqlStore;
import dev.mirror.sql.accounts.Revocations.Revoked;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * The log-ins of users: one for each time that somebody showed a password, until it is ended, or has not been renewed
 * for long, or is old. A user has at most 50; one more ends the one that was not used for longest.
 *
 * <p>Any thread; nothing blocks. Failures arrive through the stage as {@link dev.mirror.message.MirrorException}.
 */
public final class Logins {
    private static final Logger LOG = System.getLogger(Logins.class.getName());
    private static final int LISTENERS = 16;

    /**
     * A log-in.
     *
     * @param id names it, here and in the principals that come from it; opens nothing
     * @param user whose it is
     * @param createdAt when the password was shown
     * @param seenAt when it was last renewed
     * @param endsAt when it ends even if it is renewed
     */
    public record Login(String id, UserId user, Instant createdAt, Instant seenAt, Instant endsAt) {}

    /**
     * A log-in was ended before its time: by its user, by a change of password, or with the account.
     *
     * @param user whose it was
     * @param login its id; sessions of principals with this one have to end
     */
    public record Ended(UserId user, String login) {}

    /** What a transaction came to, and the log-ins that it ended. */
    record Change<T>(T result, UserId user, List<Revoked> ended) {}

    private final SqlStore store;
    private final Duration idleLife;
    private final Revocations revocations;
    private final CopyOnWriteArrayList<Consumer<Ended>> listeners = new CopyOnWriteArrayList<>();

    Logins(SqlStore store, Duration idleLife, Revocations revocations) {
        this.store = store;
        this.idleLife = idleLife;
        this.revocations = revocations;
    }

    /** The log-ins of a user that still count, the last used first. */
    public CompletionStage<List<Login>> list(UserId user) {
        Instant now = now();
        return store.read(handle -> LoginRows.live(handle, user, now, idleSince(now)));
    }

    /** Ends one log-in of a user; whether there was one to end. From then on its tokens are {@code auth.revoked}. */
    public CompletionStage<Boolean> end(UserId user, String login) {
        Instant now = now();
        return commit(handle -> {
            List<Revoked> ended = LoginRows.endOne(handle, user, login, now);
            return new Change<>(!ended.isEmpty(), user, ended);
        });
    }

    /** Ends all log-ins of a user; how many there were. */
    public CompletionStage<Integer> endAll(UserId user) {
        Instant now = now();
        return commit(handle -> {
            List<Revoked> ended = LoginRows.endAllBut(handle, user, "", now);
            return new Change<>(ended.size(), user, ended);
        });
    }

    /**
     * Calls the listener for every log-in that is ended from now on, after it is on the disk and before whoever asked
     * for it hears of it. It runs on a thread of the store and must not block; what it throws is logged and spoils
     * nothing for others.
     *
     * @return calls no more, once closed
     * @throws IllegalStateException if there are 16 already
     */
    public Watch onEnded(Consumer<Ended> listener) {
        if (listeners.size() >= LISTENERS) {
            throw new IllegalStateException("too many listeners");
        }
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** A listener's interest. */
    public interface Watch extends AutoCloseable {
        /** Ends the interest. Idempotent. */
        @Override
        void close();
    }

    /** Runs a transaction, then tells everybody which log-ins it ended. */
    <T> CompletionStage<T> commit(Function<Handle, Change<T>> transaction) {
        return store.write(transaction).thenApply(change -> {
            for (Revoked revoked : change.ended) {
                revocations.add(revoked, revoked.at());
                tell(new Ended(change.user, revoked.login()));
            }
            return change.result;
        });
    }

    private void tell(Ended ended) {
        for (Consumer<Ended> listener : listeners) {
            try {
                listener.accept(ended);
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "a listener for ended log-ins failed", e);
            }
        }
    }

    Instant idleSince(Instant now) {
        return now.minus(idleLife);
    }

    private Instant now() {
        return store.surroundings().time().instant();
    }
}
