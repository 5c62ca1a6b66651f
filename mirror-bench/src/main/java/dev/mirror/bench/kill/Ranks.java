package dev.mirror.bench.kill;

import dev.mirror.message.Position;
import dev.mirror.simulation.history.Event;
import dev.mirror.simulation.history.Event.Act;
import dev.mirror.simulation.history.Event.Subject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns places that are timetokens into places that count from one, as the checker wants them: a timetoken's place is its
 * rank in the log as it was read at the end. One that the log does not have gets a place behind the end. Pure.
 */
final class Ranks {
    private final Map<String, NavigableMap<Long, Long>> logs = new HashMap<>();
    private final Map<String, NavigableMap<Long, Long>> unknown = new HashMap<>();

    private Ranks(List<Event> events) {
        for (Event event : events) {
            Position at = event.subject().at();
            if (event.act() == Act.ENTRY && at != null) {
                NavigableMap<Long, Long> log = of(logs, event);
                // Twice at one timetoken is twice at one place: the checker sees it.
                log.putIfAbsent(at.offset(), 0L);
            }
        }
        for (NavigableMap<Long, Long> log : logs.values()) {
            long rank = 0;
            for (Map.Entry<Long, Long> entry : log.entrySet()) {
                entry.setValue(++rank);
            }
        }
    }

    private static NavigableMap<Long, Long> of(Map<String, NavigableMap<Long, Long>> all, Event event) {
        return all.computeIfAbsent(event.subject().channel(), key -> new TreeMap<>());
    }

    /** The same histories by rank. */
    static List<Event> of(List<Event> events) {
        Ranks ranks = new Ranks(events);
        List<Event> ranked = new ArrayList<>(events.size());
        events.forEach(event -> ranked.add(ranks.ranked(event)));
        return ranked;
    }

    private Event ranked(Event event) {
        Position at = event.subject().at();
        if (at == null || event.act() == Act.MEASURE) {
            return event;
        }
        boolean upTo = event.act() == Act.SUBSCRIBE || event.act() == Act.READ;
        long rank = upTo ? upTo(event, at.offset()) : exactly(event, at.offset());
        Subject subject = event.subject().at(new Position(at.epoch(), rank));
        return new Event(event.client(), event.nanos(), event.outcome(), event.act(), subject, event.note());
    }

    private long upTo(Event event, long timetoken) {
        Map.@Nullable Entry<Long, Long> entry = of(logs, event).floorEntry(timetoken);
        return entry == null ? 0 : entry.getValue();
    }

    private long exactly(Event event, long timetoken) {
        NavigableMap<Long, Long> log = of(logs, event);
        Long rank = log.get(timetoken);
        if (rank != null) {
            return rank;
        }
        NavigableMap<Long, Long> beyond = of(unknown, event);
        return beyond.computeIfAbsent(timetoken, key -> log.size() + beyond.size() + 1L);
    }
}
