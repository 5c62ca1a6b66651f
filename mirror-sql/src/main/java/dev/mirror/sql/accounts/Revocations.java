package dev.mirror.sql.accounts;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.mirror.message.ErrorCode;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The log-ins that were ended while tokens of theirs still count. Answers from memory; what it knows is in the
 * database as well, and is told to it again at the start.
 *
 * <p>Bounded: one revocation above the limit makes it forget the oldest, and from then on every token from that
 * revocation or before counts as ended. Its holder has to renew it, and a renewal asks the database.
 *
 * <p>Any thread.
 */
final class Revocations {
    /** A log-in that was ended, until when its last token counts. */
    record Revoked(String login, Instant at, Instant tokenEndsAt) {}

    private final int limit;
    private final Set<String> logins = ConcurrentHashMap.newKeySet();

    @GuardedBy("this")
    private final ArrayDeque<Revoked> oldestFirst = new ArrayDeque<>();

    /** Tokens made at this time or before count as ended. Written under the lock of this. */
    private volatile Instant floor = Instant.MIN;

    Revocations(int limit) {
        this.limit = limit;
    }

    synchronized void add(Revoked revoked, Instant now) {
        if (logins.add(revoked.login)) {
            oldestFirst.add(revoked);
        }
        for (Revoked first = oldestFirst.peek(); first != null; first = oldestFirst.peek()) {
            boolean over = now.isAfter(first.tokenEndsAt.plus(Tokens.LEEWAY));
            if (!over && oldestFirst.size() <= limit) {
                return;
            }
            if (!over && first.at.isAfter(floor)) {
                floor = first.at; // before it is forgotten, so that no token slips through in between
            }
            logins.remove(first.login);
            oldestFirst.remove();
        }
    }

    /** Why a token of the log-in does not count, if it does not. */
    Optional<ErrorCode> refusal(String login, Instant issuedAt) {
        if (logins.contains(login)) {
            return Optional.of(ErrorCode.AUTH_REVOKED);
        }
        return issuedAt.isAfter(floor) ? Optional.empty() : Optional.of(ErrorCode.AUTH_EXPIRED);
    }
}
