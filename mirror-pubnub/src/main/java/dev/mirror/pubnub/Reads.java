package dev.mirror.pubnub;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.History;
import dev.mirror.spi.HistoryQuery;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads logs. Blocks; safe for any thread. */
final class Reads {
    private final Talk talk;
    private final Known known;
    private final String epoch;
    private final Optional<Duration> retention;
    private final InstantSource clock;

    Reads(Talk talk, Known known, String epoch, Optional<Duration> retention, InstantSource clock) {
        this.talk = talk;
        this.known = known;
        this.epoch = epoch;
        this.retention = retention;
        this.clock = clock;
    }

    /**
     * What was read of a log, in order.
     *
     * @param fromTheBeginning whether nothing stands in the log before it
     */
    private record Found(List<Publication> all, boolean fromTheBeginning) {}

    History history(HistoryQuery query) {
        ChannelName channel = query.channel();
        Position from = query.from();
        boolean newest = query.backward() && from == null && query.timetoken() == 0 && query.limit() > 0;
        // Who reads the newest sees where the log ends.
        Position end = newest ? new Position(epoch, 0) : tail(channel);
        boolean recovered = recovered(from, end);
        Found found;
        if (query.backward()) {
            boolean fromThere = from != null && from.epoch().equals(epoch) && from.offset() <= end.offset();
            long before = query.timetoken() > 0 ? query.timetoken() : fromThere ? offset(from) : 0;
            // Before the first there is nothing, which the service would take for the newest.
            found = fromThere && before == 0 ? new Found(List.of(), false) : backward(channel, before, query.limit());
        } else {
            long after = query.timetoken() > 0 ? query.timetoken() - 1 : recovered ? offset(from) : 0;
            found = forward(channel, after, query.limit());
        }
        List<Publication> all = found.all;
        if (!all.isEmpty()) {
            known.reached(channel, all.get(all.size() - 1).position().offset());
        }
        Position tail = new Position(epoch, known.tail(channel));
        return new History(
                once(all), tail, found.fromTheBeginning ? first(all, tail) : first(channel, tail), recovered);
    }

    private static long offset(@Nullable Position position) {
        return position == null ? 0 : position.offset();
    }

    /** Where a log ends: as the service says, or as this process knows better, since storing takes a moment there. */
    Position tail(ChannelName channel) {
        long last = talk.before(channel, 0, 1).last();
        known.reached(channel, last);
        return new Position(epoch, known.tail(channel));
    }

    private long first(ChannelName channel, Position tail) {
        return first(
                talk.after(channel, 0, 1).messages().stream()
                        .map(Talk.Heard::publication)
                        .toList(),
                tail);
    }

    private static long first(List<Publication> oldest, Position tail) {
        return oldest.isEmpty() ? tail.offset() + 1 : oldest.get(0).position().offset();
    }

    /** Whether everything after a position is there. */
    boolean recovered(@Nullable Position after, Position tail) {
        if (after == null || after.equals(tail)) {
            return true;
        }
        if (!after.epoch().equals(epoch) || after.offset() > tail.offset()) {
            return false;
        }
        return retention
                .map(kept -> clock.instant().minus(kept).toEpochMilli() * Publication.TIMETOKENS_PER_MILLI)
                .map(oldest -> after.offset() >= oldest)
                .orElse(true);
    }

    private Found forward(ChannelName channel, long after, int limit) {
        List<Publication> all = new ArrayList<>();
        long from = after;
        while (all.size() < limit) {
            int asked = Math.min(Talk.PAGE, limit - all.size());
            Talk.Page page = talk.after(channel, from, asked);
            page.messages().forEach(heard -> all.add(heard.publication()));
            if (page.received() < asked) {
                break;
            }
            from = page.last();
        }
        return new Found(all, after == 0 && limit > 0);
    }

    /** @param before a timetoken; 0 for the newest */
    private Found backward(ChannelName channel, long before, int limit) {
        List<Publication> all = new ArrayList<>();
        long from = before;
        while (all.size() < limit) {
            int asked = Math.min(Talk.PAGE, limit - all.size());
            Talk.Page page = talk.before(channel, from, asked);
            all.addAll(0, page.messages().stream().map(Talk.Heard::publication).toList());
            if (page.received() < asked) {
                return new Found(all, before == 0 || !all.isEmpty());
            }
            from = all.get(0).position().offset();
        }
        return new Found(all, false);
    }

    /** Without what stands there again because a publish was tried again. */
    private static List<Publication> once(List<Publication> all) {
        Set<List<Object>> seen = new HashSet<>();
        return all.stream()
                .filter(each ->
                        seen.add(List.of(each.entry().publisher(), each.entry().id())))
                .toList();
    }
}
