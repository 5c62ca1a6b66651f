package dev.mirror.hub;

import dev.mirror.message.ErrorCode;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What the hub counted since it began. Safe for any thread. */
final class Counters {
    final LongAdder publishes = new LongAdder();
    final LongAdder deliveries = new LongAdder();
    final LongAdder relays = new LongAdder();
    /** Publications that wait on a lane to be handed to its sessions; {@link Publishing} keeps it bounded. */
    final AtomicInteger backlog = new AtomicInteger();

    private final LongAdder[] refusals = new LongAdder[ErrorCode.values().length]; // filled once, then only read

    Counters() {
        for (ErrorCode code : ErrorCode.values()) {
            refusals[code.ordinal()] = new LongAdder();
        }
    }

    void refused(ErrorCode code) {
        refusals[code.ordinal()].increment();
    }

    Map<ErrorCode, Long> refusals() {
        Map<ErrorCode, Long> counts = new EnumMap<>(ErrorCode.class);
        for (ErrorCode code : ErrorCode.values()) {
            counts.put(code, refusals[code.ordinal()].sum());
        }
        return counts;
    }
}
