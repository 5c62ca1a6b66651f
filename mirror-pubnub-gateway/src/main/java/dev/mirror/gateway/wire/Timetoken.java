package dev.mirror.gateway.wire;

import dev.mirror.message.Publication;
import java.time.Instant;

/** PubNub's measure of time: units of 100 ns since 1970, 17 digits in these years. */
public final class Timetoken {
    private static final long PER_SECOND = 1_000 * Publication.TIMETOKENS_PER_MILLI;

    private Timetoken() {}

    /** A time as a timetoken. */
    public static long of(Instant time) {
        return time.getEpochSecond() * PER_SECOND + time.getNano() / 100;
    }

    /** The seconds since 1970 of a timetoken. */
    public static long seconds(long timetoken) {
        return timetoken / PER_SECOND;
    }
}
