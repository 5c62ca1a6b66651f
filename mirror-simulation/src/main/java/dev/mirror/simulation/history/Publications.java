package dev.mirror.simulation.history;

import dev.mirror.message.Position;
import dev.mirror.simulation.history.Event.Act;
import dev.mirror.simulation.history.Event.Outcome;
import dev.mirror.simulation.history.Event.Subject;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What publishers asked for and were told. */
final class Publications {
    private final Map<Attempt, Fate> fates = new LinkedHashMap<>();
    /** How many different things a publisher used one id for. */
    private final Map<List<String>, Integer> uses = new HashMap<>();

    /** What makes two requests the same publication. */
    private record Attempt(String channel, String publisher, String id, long hash) {
        static Attempt of(Subject subject) {
            return new Attempt(subject.channel(), subject.publisher(), subject.id(), subject.hash());
        }
    }

    /** What became of a publication, however often it was asked for. */
    static final class Fate {
        private final Event first;
        private final Set<Position> places = new LinkedHashSet<>();
        private long acknowledged = Long.MAX_VALUE;
        private boolean refused;
        private boolean conflict;
        private boolean displaced;
        private boolean unknown;
        private boolean resolved;

        private Fate(Event first) {
            this.first = first;
        }

        private void add(Event event) {
            Position at = event.subject().at();
            if (event.outcome() == Outcome.OK && at != null) {
                places.add(at);
                acknowledged = Math.min(acknowledged, event.nanos());
            }
            refused |= event.outcome() == Outcome.FAIL;
            conflict |= event.outcome() == Outcome.FAIL && event.note().equals("conflict");
            unknown |= event.outcome() == Outcome.INFO;
            displaced |= event.outcome() != Outcome.OK && !event.note().isEmpty();
            resolved |= event.outcome() == Outcome.OK || event.outcome() == Outcome.FAIL;
        }

        Subject subject() {
            return first.subject();
        }

        String client() {
            return first.client();
        }

        /** When it was first asked for. */
        long invoked() {
            return first.nanos();
        }

        /** Where it was said to be stored; normally one place. */
        Set<Position> places() {
            return places;
        }

        /** When it was first acknowledged; never is the end of time. */
        long acknowledged() {
            return acknowledged;
        }

        boolean isAcknowledged() {
            return !places.isEmpty();
        }

        /** It was answered by an error at least once, and asked for again behind what came after it. */
        boolean wasDisplaced() {
            return displaced;
        }

        /** It was refused because its id was used for something else, as the server says. */
        boolean wasConflict() {
            return conflict;
        }

        /** At some time nobody could tell its publisher what had become of it. */
        boolean wasUnknown() {
            return unknown;
        }

        /** Every answer that came was a refusal, and every request was answered. */
        boolean isOnlyRefused() {
            return refused && !unknown && places.isEmpty();
        }

        boolean isResolved() {
            return resolved;
        }
    }

    Publications(List<Event> events) {
        for (Event event : events) {
            if (event.act() == Act.PUBLISH) {
                fates.computeIfAbsent(Attempt.of(event.subject()), key -> first(event))
                        .add(event);
            }
        }
    }

    private Fate first(Event event) {
        uses.merge(name(event.subject()), 1, Integer::sum);
        return new Fate(event);
    }

    private static List<String> name(Subject subject) {
        return List.of(subject.publisher(), subject.id());
    }

    /** Whether its id was used for nothing else. */
    boolean isUnique(Fate fate) {
        return uses.getOrDefault(name(fate.subject()), 0) == 1;
    }

    Collection<Fate> all() {
        return fates.values();
    }

    /** Who asked for what stands in a log. */
    @Nullable
    Fate of(Subject entry) {
        return fates.get(Attempt.of(entry));
    }
}
