package dev.mirror.simulation.history;

import dev.mirror.message.Position;
import dev.mirror.simulation.history.Event.Act;
import dev.mirror.simulation.history.Event.Outcome;
import dev.mirror.simulation.history.Event.Subject;
import dev.mirror.simulation.history.Logs.Reading;
import dev.mirror.simulation.history.Violation.Kind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Whether marks only grow, survive, and are the same for everybody at the end (W46 to W48). */
final class Marks {
    private static final Set<Act> ACTS = EnumSet.of(Act.MARK, Act.MARKED, Act.STAND);

    private final Logs logs;
    private final Findings findings;
    private final Map<Whose, Known> all = new TreeMap<>();

    /** Marks of one user in one conversation. */
    private record Whose(String channel, String user) implements Comparable<Whose> {
        static Whose of(Subject subject) {
            return new Whose(subject.channel(), subject.publisher());
        }

        @Override
        public int compareTo(Whose other) {
            int first = channel.compareTo(other.channel);
            return first == 0 ? user.compareTo(other.user) : first;
        }

        @Override
        public String toString() {
            return "the mark of " + user + " in " + channel;
        }
    }

    /** What clients were told about them. */
    private static final class Known {
        /** By client and id, when it was asked for. */
        private final Map<String, Event> asked = new HashMap<>();

        private final List<Event> answers = new ArrayList<>();
        private final List<Event> rumours = new ArrayList<>();
        private final List<Event> stands = new ArrayList<>();
    }

    Marks(Logs logs, Findings findings) {
        this.logs = logs;
        this.findings = findings;
    }

    void check(List<Event> events) {
        for (Event event : events) {
            if (!ACTS.contains(event.act())) {
                continue;
            }
            Known known = all.computeIfAbsent(Whose.of(event.subject()), key -> new Known());
            if (event.act() == Act.MARKED) {
                known.rumours.add(event);
            } else if (event.act() == Act.STAND) {
                known.stands.add(event);
            } else if (event.act() == Act.MARK && event.outcome() == Outcome.INVOKE) {
                known.asked.put(name(event), event);
            } else if (event.act() == Act.MARK && event.outcome() == Outcome.OK) {
                known.answers.add(event);
            } else if (event.act() == Act.MARK && event.outcome() == Outcome.FAIL) {
                findings.add(Kind.DISAGREEING, Whose.of(event.subject()) + " was refused: " + event.note());
            }
        }
        all.forEach(this::onlyGrows);
        all.forEach(this::standsAtTheEnd);
    }

    private static String name(Event event) {
        return event.client() + ' ' + event.subject().id();
    }

    /** How far the other side has read, says an event; what it has received stands as the hash. */
    private static long read(Event event) {
        Position at = event.subject().at();
        return at == null ? 0 : at.offset();
    }

    private void onlyGrows(Whose whose, Known known) {
        for (Event answer : known.answers) {
            Event asked = known.asked.get(name(answer));
            if (asked == null) {
                continue;
            }
            if (read(answer) < read(asked) || answer.subject().hash() < read(answer)) {
                findings.add(Kind.LOST, whose + " is at " + read(answer) + " after it was set to " + read(asked));
            }
            long before = known.answers.stream()
                    .filter(other -> other.nanos() < asked.nanos())
                    .mapToLong(Marks::read)
                    .max()
                    .orElse(0);
            if (read(answer) < before) {
                findings.add(Kind.MISORDERED, whose + " went back from " + before + " to " + read(answer));
            }
        }
    }

    private void standsAtTheEnd(Whose whose, Known known) {
        Reading log = logs.of(whose.channel);
        if (known.stands.isEmpty() || log == null) {
            return;
        }
        Event first = known.stands.get(0);
        for (Event stand : known.stands) {
            if (read(stand) != read(first)
                    || stand.subject().hash() != first.subject().hash()) {
                findings.add(
                        Kind.DISAGREEING,
                        whose + " is at " + read(stand) + " for " + stand.client() + ", and at " + read(first) + " for "
                                + first.client());
            }
        }
        String end = whose + " is at " + read(first) + " at the end, ";
        if (read(first) > log.end().offset()
                || first.subject().hash() > log.end().offset()) {
            findings.add(Kind.PHANTOM, end + "and the log ends at " + log.end().offset());
        }
        for (Event answer : known.answers) {
            if (read(answer) > read(first)
                    || answer.subject().hash() > first.subject().hash()) {
                findings.add(Kind.LOST, end + "and " + answer.client() + " was told " + read(answer));
            }
        }
        for (Event rumour : known.rumours) {
            if (read(rumour) > read(first)
                    || rumour.subject().hash() > first.subject().hash()) {
                findings.add(Kind.PHANTOM, end + "and " + rumour.client() + " heard of " + read(rumour));
            }
        }
        long own = log.entries().stream()
                .filter(entry -> entry.subject().publisher().equals(whose.user))
                .mapToLong(Marks::read)
                .max()
                .orElse(0);
        if (read(first) < own) {
            findings.add(Kind.LOST, end + "and its user said " + own);
        }
    }
}
