package dev.mirror.gateway.keyset;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** Knows which channels are in a channel group. Safe for any thread; must not block. */
public interface Groups {
    /** How many groups one request may name. */
    int MAX_NAMED = 10;

    /** The channels of a group, by the names that clients gave them; none if there is no such group. */
    CompletionStage<List<String>> channels(Keyset keyset, String group);

    /** Runs a task each time that the channels of a group have changed, until the interest is closed. */
    Watch watch(Keyset keyset, String group, Runnable changed);

    /** An interest in a group. */
    @FunctionalInterface
    interface Watch extends AutoCloseable {
        /** Ends the interest. Idempotent. */
        @Override
        void close();
    }
}
