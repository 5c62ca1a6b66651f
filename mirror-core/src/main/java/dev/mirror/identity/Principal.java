package dev.mirror.identity;

import java.time.Instant;

/**
 * An authenticated identity: the outcome of checking {@link Credentials}.
 *
 * @param user who it is
 * @param channelId the id of the user's own public room
 * @param name the name that people see
 * @param login the id of the log-in that the proof belongs to; revoking it ends every session that came from it
 * @param expiresAt when the proof stops counting; {@link Instant#MAX} for one that does not expire
 */
public record Principal(UserId user, String channelId, String name, String login, Instant expiresAt) {
    /** @throws IllegalArgumentException if the channel id is not an id */
    public Principal {
        if (!UserId.isId(channelId, 0, channelId.length())) {
            throw new IllegalArgumentException("the channel id is not an id");
        }
    }

    /** A principal that never expires, for tests and for applications that trust their own callers. */
    public static Principal permanent(UserId user, String channelId, String name) {
        return new Principal(user, channelId, name, "permanent", Instant.MAX);
    }
}
