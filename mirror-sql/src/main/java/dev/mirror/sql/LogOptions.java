package dev.mirror.sql;

import dev.mirror.channel.ChannelKind;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a log keeps, and how much memory it takes. Immutable; each {@code with…} makes another one.
 *
 * @param kept how much is kept of the channels of each kind; what is not named is kept for ever
 * @param bodyBytes the largest body, in bytes of UTF-8; a larger one is refused with {@code too.large}
 * @param hotBytes how much memory the newest publications take, of all channels together
 * @param waitingBytes how much may wait to be written; more is refused with {@code busy}
 * @param sweep how often is looked for what is kept no longer
 */
public record LogOptions(Map<ChannelKind, Keep> kept, int bodyBytes, long hotBytes, long waitingBytes, Duration sweep) {
    /**
     * Direct channels and inboxes for ever, rooms and external channels 30 days and 100,000 publications; 32 KiB for
     * a body, 32 MiB of hot publications, 32 MiB waiting; a sweep every minute.
     */
    public static final LogOptions STANDARD = new LogOptions(
            Map.of(
                    ChannelKind.ROOM, new Keep(Duration.ofDays(30), 100_000),
                    ChannelKind.EXTERNAL, new Keep(Duration.ofDays(30), 100_000)),
            32 << 10,
            32 << 20,
            32 << 20,
            Duration.ofMinutes(1));

    /**
     * How much of a channel is kept: what is both young enough and among the newest.
     *
     * @param age how old a publication may get; {@code null} for any age
     * @param count how many publications, at least 1
     */
    public record Keep(@Nullable Duration age, long count) {
        /** Everything, for ever. */
        public static final Keep ALL = new Keep(null, Long.MAX_VALUE);

        /** @throws IllegalArgumentException if the age is not positive or the count less than 1 */
        public Keep {
            if (count < 1 || (age != null && (age.isNegative() || age.isZero()))) {
                throw new IllegalArgumentException("at least one publication is kept, for some time");
            }
        }

        boolean isAll() {
            return age == null && count == Long.MAX_VALUE;
        }
    }

    /** @throws IllegalArgumentException if a limit is less than 1 */
    public LogOptions {
        kept = Map.copyOf(kept);
        if (bodyBytes < 1 || hotBytes < 1 || waitingBytes < 1 || sweep.isNegative() || sweep.isZero()) {
            throw new IllegalArgumentException("a limit is at least 1");
        }
    }

    /** How much is kept of channels of this kind. */
    public Keep keep(ChannelKind kind) {
        return kept.getOrDefault(kind, Keep.ALL);
    }

    /** The same, but for the channels of one kind. */
    public LogOptions withKept(ChannelKind kind, Keep keep) {
        Map<ChannelKind, Keep> changed = new EnumMap<>(ChannelKind.class);
        changed.putAll(kept);
        changed.put(kind, keep);
        return new LogOptions(changed, bodyBytes, hotBytes, waitingBytes, sweep);
    }
}
