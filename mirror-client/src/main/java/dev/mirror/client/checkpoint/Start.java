package dev.mirror.client.checkpoint;

import dev.mirror.message.Position;

/** Where in a channel's log to begin, for who has never been there. */
public sealed interface Start {
    /** With what comes next. */
    Start LATEST = new Latest();

    /** With the oldest publication that the server still has. */
    Start EARLIEST = new Earliest();

    /** With what follows a position. */
    static Start after(Position position) {
        return new After(position);
    }

    /** See {@link #LATEST}. */
    record Latest() implements Start {}

    /** See {@link #EARLIEST}. */
    record Earliest() implements Start {}

    /**
     * See {@link #after}.
     *
     * @param position the last one that is not wanted
     */
    record After(Position position) implements Start {}
}
