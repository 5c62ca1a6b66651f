package dev.mirror.simulation.history;

import dev.mirror.message.Position;
import org.jspecify.annotations.Nullable;

/**
 * One thing that one client did or saw. Immutable.
 *
 * @param client who: the user id, a slash, and a name for the device
 * @param nanos when, by the clock that all clients of a run share
 * @param outcome what is known of the outcome
 * @param act what it was
 * @param subject what it was about
 * @param note a sentence where more has to be said: an error's name, the origin of an inbox entry, a secret
 */
public record Event(String client, long nanos, Outcome outcome, Act act, Subject subject, String note) {
    /** What is known of the outcome of something. */
    public enum Outcome {
        /** It was begun. */
        INVOKE,
        /** It was done. */
        OK,
        /** It was refused, and certainly not done. */
        FAIL,
        /** Nobody can know: the connection ended before the answer came. */
        INFO
    }

    /** What a client can do or see. */
    public enum Act {
        /** A publication; its {@code OK} has the position of the acknowledgement. */
        PUBLISH,
        /**
         * A subscription begins after the position; an earlier one of the same client and channel ends. The note {@link
         * #UNRECOVERED} says that the server owned up to a loss, {@link #EVERYTHING} that a user's own amendments count.
         */
        SUBSCRIBE,
        /** A publication reached a subscription. */
        DELIVER,
        /** The client's subscription to the channel ends; without a channel all of them do, with its connection. */
        LEAVE,
        /** A whole log is read: {@code INVOKE} begins it, {@code OK} ends it with the position of the end. */
        READ,
        /** One entry of the log that is being read. */
        ENTRY,
        /** A stranger asked for what is not theirs: {@code FAIL} is how it has to end. */
        PRY,
        /** A stranger was told something; the note has the secret that was in it, if there was one. */
        HEAR,
        /** A user said, up to {@code at}, that something was read; of {@code OK} the hash is what was received. */
        MARK,
        /** A client was told that somebody's mark is at {@code at}; the user is the subject's publisher. */
        MARKED,
        /** At the end a client asked where somebody's mark is. */
        STAND,
        /** At the end a client shows a channel, with what amends it folded in: the hash is of what is shown. */
        SHOW,
        /** Harm is done to the server, or to its database, from {@code INFO} on until {@code OK}. */
        FAULT,
        /** Something was measured; see {@link Subject#measured}. */
        MEASURE
    }

    /** The note of an entry that amends an earlier one: who said it has no need to be told. */
    public static final String AMENDS = "amends";

    /** The note of a subscription that is told everything, what amends included. */
    public static final String EVERYTHING = "everything";

    /** The note of a subscription that could not continue where it should. */
    public static final String UNRECOVERED = "unrecovered";

    /**
     * What an event is about. What does not apply is empty, 0 or null.
     *
     * @param channel the name as mirror keeps it
     * @param id of a publication, chosen by its publisher
     * @param publisher the user who published
     * @param at where in the log
     * @param hash of the body
     */
    public record Subject(
            String channel,
            String id,
            String publisher,
            @Nullable Position at,
            long hash) {
        /** About nothing in particular. */
        public static final Subject NONE = new Subject("", "", "", null, 0);

        /** About a channel as a whole. */
        public static Subject of(String channel) {
            return new Subject(channel, "", "", null, 0);
        }

        /** About a place in a channel. */
        public static Subject of(String channel, @Nullable Position at) {
            return new Subject(channel, "", "", at, 0);
        }

        /**
         * A measured value, as the hash, with the most that it may be, as the offset.
         *
         * @param what was measured, in which unit
         */
        public static Subject measured(String what, long value, long limit) {
            return new Subject(what, "", "", new Position("limit", limit), value);
        }

        /** The same, somewhere. */
        public Subject at(Position place) {
            return new Subject(channel, id, publisher, place, hash);
        }
    }

    /** The user behind the client. */
    public String user() {
        return client.substring(0, client.indexOf('/'));
    }

    /** FNV-1a over the characters of a body: what two clients saw is the same if this is. */
    public static long hash(String body) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < body.length(); i++) {
            hash = (hash ^ body.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }
}
