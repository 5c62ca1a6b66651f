package dev.mirror.server.trace;

import dev.mirror.hub.Mirror.Trace.Peer;
import dev.mirror.identity.SessionId;
import dev.mirror.identity.UserId;
import dev.mirror.message.Publication.Origin;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One thing that happened to a message.
 *
 * @param what in one word of {@code docs/operating.md}
 * @param session on whose connection; {@code null} if it was on none
 * @param user with whom; {@code null} for the store's own steps
 * @param place where the message stands in the log that this is about, if that is known
 * @param detail more about it; empty if there is no more. Never what was said
 */
record TraceStep(
        Instant at,
        String what,
        @Nullable SessionId session,
        @Nullable UserId user,
        @Nullable Origin place,
        String detail) {
    static final String STORED = "stored";
    static final String FAILED = "failed";
    static final String REFUSED = "refused";
    static final String LOST = "lost";
    static final String ACCEPTED = "accepted";

    /** What there can be many of: one for each subscriber and each time that it comes back. */
    private static final Set<String> MANY = Set.of("written", "replayed", "deferred");

    static TraceStep with(Peer peer, Instant at, String what, @Nullable Origin place, String detail) {
        return new TraceStep(at, what, peer.session(), peer.user(), place, detail);
    }

    boolean isOneOfMany() {
        return MANY.contains(what);
    }

    /** Whether it is how a publish came out. */
    boolean isOutcome() {
        return what.equals(STORED) || what.equals(FAILED) || what.equals(REFUSED);
    }

    boolean isFailure() {
        return what.equals(FAILED) || what.equals(REFUSED) || what.equals(LOST);
    }
}
