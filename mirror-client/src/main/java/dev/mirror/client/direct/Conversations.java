package dev.mirror.client.direct;

import java.util.List;

/**
 * The conversations of a user, when the server was asked: the one with the newest publication first.
 *
 * @param listed at most 1,000
 * @param more whether there are others, which the list does not have: older ones, or such as the server's store has
 *     damaged
 */
public record Conversations(List<Conversation> listed, boolean more) {
    /** Copies the list. */
    public Conversations {
        listed = List.copyOf(listed);
    }
}
