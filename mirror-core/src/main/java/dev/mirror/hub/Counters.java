package dev.mirror.hub;

import dev.mirror.message.ErrorCode;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What the hub counted since it began. Safe for any thread. */
final class Counters {
    final LongAdder publishes = new LongAdder();
    final LongAdder deliveries = new LongAdder();
    final LongAdder relays = new LongAdder();
    /** Publications that wait on a lane to be handed to its sessions; {@link Publishing} keeps it bounded. */
    final AtomicInteger backlog = new AtomicInteger();

    private final Map<ErrorCode, LongAdder> refusals = new ConcurrentHashMap<>();

    void refused(ErrorCode code) {
        refusals.computeIfAbsent(code, first -> new LongAdder()).increment();
    }

    Map<ErrorCode, Long> refusals() {
        Map<ErrorCode, Long> counts = new EnumMap<>(ErrorCode.class);
        refusals.forEach((code, count) -> counts.put(code, count.sum()));
        return counts;
    }
}
