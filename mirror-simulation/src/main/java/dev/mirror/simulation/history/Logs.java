package dev.mirror.simulation.history;

import dev.mirror.message.Position;
import dev.mirror.simulation.history.Event.Act;
import dev.mirror.simulation.history.Event.Outcome;
import dev.mirror.simulation.history.Event.Subject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The logs of all channels as they were read: the last whole read of each is its log, earlier ones are kept beside it. */
final class Logs {
    private final Map<String, Reading> last = new TreeMap<>();
    private final List<Reading> earlier = new ArrayList<>();

    /** One log, as one client read it from beginning to end. */
    static final class Reading {
        private final String channel;
        private final long began;
        private final List<Event> entries = new ArrayList<>();
        private final Map<Long, Event> byOffset = new HashMap<>();
        private @Nullable Position end;

        private Reading(Event begin) {
            this.channel = begin.subject().channel();
            this.began = begin.nanos();
        }

        private void add(Event entry) {
            entries.add(entry);
            Position at = entry.subject().at();
            if (at != null) {
                byOffset.putIfAbsent(at.offset(), entry);
            }
        }

        String channel() {
            return channel;
        }

        long began() {
            return began;
        }

        /** In the order in which they came. */
        List<Event> entries() {
            return entries;
        }

        /** Where the log ended. */
        Position end() {
            return end == null ? new Position("?", 0) : end;
        }

        /** Whether what is at an offset amends something, and was said by this user. */
        boolean amends(String user, long offset) {
            Event entry = byOffset.get(offset);
            return entry != null
                    && entry.note().equals(Event.AMENDS)
                    && entry.subject().publisher().equals(user);
        }

        /** What is at a place; null if there is nothing, or the log has another epoch. */
        @Nullable
        Subject at(Position place) {
            Event entry = end().epoch().equals(place.epoch()) ? byOffset.get(place.offset()) : null;
            return entry == null ? null : entry.subject();
        }
    }

    Logs(List<Event> events) {
        Map<String, Reading> open = new HashMap<>();
        for (Event event : events) {
            if (event.act() == Act.READ && event.outcome() == Outcome.INVOKE) {
                open.put(event.client(), new Reading(event));
                continue;
            }
            Reading reading = open.get(event.client());
            if (reading == null) {
                continue;
            }
            if (event.act() == Act.ENTRY) {
                reading.add(event);
            } else if (event.act() == Act.READ) {
                open.remove(event.client());
                if (event.outcome() == Outcome.OK) {
                    reading.end = event.subject().at();
                    keep(reading);
                }
            }
        }
    }

    private void keep(Reading reading) {
        Reading other = last.get(reading.channel);
        if (other == null || other.began < reading.began) {
            last.put(reading.channel, reading);
        } else {
            earlier.add(reading);
        }
        if (other != null && other.began < reading.began) {
            earlier.add(other);
        }
    }

    /** The logs, by name. */
    Collection<Reading> all() {
        return last.values();
    }

    /** What was read before. */
    List<Reading> earlier() {
        return earlier;
    }

    @Nullable
    Reading of(String channel) {
        return last.get(channel);
    }

    static boolean isInbox(String channel) {
        return channel.startsWith("@");
    }

    static boolean isDirect(String channel) {
        return !isInbox(channel) && channel.indexOf('.') > 0;
    }

    /** Whether a user may know what is in a channel. */
    static boolean mayKnow(String user, String channel) {
        if (isInbox(channel)) {
            return channel.substring(1).equals(user);
        }
        int dot = channel.indexOf('.');
        return dot < 0
                || channel.substring(0, dot).equals(user)
                || channel.substring(dot + 1).equals(user);
    }

    /** Whether two are one publication. */
    static boolean same(Subject one, Subject other) {
        return one.id().equals(other.id()) && one.publisher().equals(other.publisher()) && one.hash() == other.hash();
    }

    static String where(String channel, @Nullable Position at) {
        return channel + (at == null ? "" : " " + at.epoch() + ":" + at.offset());
    }
}
