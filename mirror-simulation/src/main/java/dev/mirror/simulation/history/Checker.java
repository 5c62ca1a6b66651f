package dev.mirror.simulation.history;

import dev.mirror.message.Position;
import dev.mirror.simulation.history.Event.Act;
import dev.mirror.simulation.history.Event.Outcome;
import dev.mirror.simulation.history.Event.Subject;
import dev.mirror.simulation.history.Logs.Reading;
import dev.mirror.simulation.history.Publications.Fate;
import dev.mirror.simulation.history.Violation.Kind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Compares what was acknowledged, stored and delivered. Pure: histories in, a verdict out. It knows nothing of how they
 * came about; each client's events have to be in order, the clients may stand in any order.
 *
 * <p>What is promised: docs/protocol.md W31 to W36, W42, and the invariants I1 to I5 that its tests quote.
 */
public final class Checker {
    private static final long RECENTLY = TimeUnit.SECONDS.toNanos(1);
    /** Refusals that say whether something exists, or what it is. */
    private static final Set<String> TELLING = Set.of("not.found", "conflict", "store.damaged");

    private final List<Event> events;
    private final Findings findings = new Findings();
    private final Logs logs;
    private final Publications publications;
    private int recovered;

    private Checker(List<Event> events) {
        this.events = events;
        this.logs = new Logs(events);
        this.publications = new Publications(events);
    }

    /** Checks the histories of one run. */
    public static Verdict check(List<Event> events) {
        return new Checker(events).verdict();
    }

    private Verdict verdict() {
        logs.all().forEach(this::intact);
        logs.all().forEach(log -> {
            if (Logs.isInbox(log.channel())) {
                announces(log);
            } else {
                wasPublished(log);
                isInOrder(log);
            }
        });
        publications.all().forEach(this::keptItsWord);
        logs.earlier().forEach(this::wasTrue);
        Deliveries deliveries = new Deliveries(logs, findings);
        deliveries.check(events);
        new Marks(logs, findings).check(events);
        showsTheSame();
        events.forEach(this::isPrivate);
        events.forEach(this::isWithinLimit);
        int acknowledged =
                (int) publications.all().stream().filter(Fate::isAcknowledged).count();
        int pried = (int) events.stream()
                .filter(event -> event.act() == Act.PRY && event.outcome() == Outcome.FAIL)
                .count();
        Verdict.Counts counts = new Verdict.Counts(
                acknowledged, recovered, deliveries.delivered(), deliveries.resumed(), faultsUnderLoad(), pried);
        return new Verdict(findings.violations(), counts);
    }

    /** I3: the offsets of a log are 1, 2, 3 and so on, and nothing is in it twice. */
    private void intact(Reading log) {
        long next = 1;
        Set<List<String>> seen = new HashSet<>();
        for (Event entry : log.entries()) {
            Position at = entry.subject().at();
            String where = Logs.where(log.channel(), at);
            if (at == null || !at.epoch().equals(log.end().epoch()) || at.offset() != next) {
                findings.add(Kind.HOLE, where + " is where " + next + " should be");
            }
            next = (at == null ? next : at.offset()) + 1;
            if (!seen.add(List.of(entry.subject().publisher(), entry.subject().id()))) {
                findings.add(
                        Kind.DOUBLED, where + " has the id " + entry.subject().id() + " again");
            }
        }
        if (next != log.end().offset() + 1) {
            findings.add(
                    Kind.HOLE, log.channel() + " ends at " + log.end().offset() + " but was read to " + (next - 1));
        }
    }

    /** I4: what is in a log was published by whom it says, and not refused. */
    private void wasPublished(Reading log) {
        for (Event entry : log.entries()) {
            Fate fate = publications.of(entry.subject());
            String what = Logs.where(log.channel(), entry.subject().at()) + ", id "
                    + entry.subject().id();
            if (fate == null) {
                findings.add(Kind.PHANTOM, what + " was never published with this content");
            } else if (fate.isOnlyRefused()) {
                findings.add(Kind.RESURRECTED, what + " was refused");
            } else if (fate.wasUnknown()) {
                recovered++;
            }
        }
    }

    /** W42: an inbox has every entry of its user's conversations, once, in order. */
    private void announces(Reading inbox) {
        String user = inbox.channel().substring(1);
        Map<String, Set<Long>> announced = new HashMap<>();
        Map<String, Long> last = new HashMap<>();
        for (Event entry : inbox.entries()) {
            String what = Logs.where(inbox.channel(), entry.subject().at()) + " announces " + entry.note();
            int space = entry.note().lastIndexOf(' ');
            String channel = space < 0 ? "" : entry.note().substring(0, space);
            Reading conversation = logs.of(channel);
            long offset = space < 0 ? 0 : Long.parseLong(entry.note().substring(space + 1));
            Subject original = conversation == null || offset < 1
                    ? null
                    : conversation.at(new Position(conversation.end().epoch(), offset));
            if (original == null || !Logs.same(original, entry.subject())) {
                findings.add(Kind.DISAGREEING, what + ", which is not there");
            }
            if (!announced.computeIfAbsent(channel, key -> new HashSet<>()).add(offset)) {
                findings.add(Kind.DOUBLED, what + " again");
            } else if (last.merge(channel, offset, Math::max) > offset) {
                findings.add(Kind.MISORDERED, what + " after a later one");
            }
        }
        for (Reading log : logs.all()) {
            int there = announced.getOrDefault(log.channel(), Set.of()).size();
            if (Logs.isDirect(log.channel())
                    && Logs.mayKnow(user, log.channel())
                    && there < log.entries().size()) {
                findings.add(
                        Kind.MISSED,
                        inbox.channel() + " announces " + there + " of "
                                + log.entries().size() + " of " + log.channel());
            }
        }
    }

    /** I3: who asked after somebody was answered stands behind them; and behind what they asked for themselves. */
    private void isInOrder(Reading log) {
        long answered = Long.MAX_VALUE;
        Map<String, Long> nextOf = new HashMap<>();
        for (int i = log.entries().size() - 1; i >= 0; i--) {
            Subject entry = log.entries().get(i).subject();
            Fate fate = publications.of(entry);
            if (fate == null) {
                continue;
            }
            String what = Logs.where(log.channel(), entry.at()) + ", id " + entry.id();
            if (fate.invoked() > answered) {
                findings.add(Kind.MISORDERED, what + " was asked for after a later one was answered");
            }
            answered = Math.min(answered, fate.acknowledged());
            if (!fate.wasDisplaced()) {
                long next = nextOf.getOrDefault(fate.client(), Long.MAX_VALUE);
                if (fate.invoked() > next) {
                    findings.add(Kind.MISORDERED, what + " was asked for after a later one of the same client");
                }
                nextOf.put(fate.client(), Math.min(next, fate.invoked()));
            }
        }
    }

    /** I1, I2: what was acknowledged is where it was said to be, and nowhere else. */
    private void keptItsWord(Fate fate) {
        Subject subject = fate.subject();
        String what = "id " + subject.id() + " of " + fate.client() + " in " + subject.channel();
        if (!fate.isResolved()) {
            findings.add(Kind.UNANSWERED, what);
        }
        if (fate.wasConflict() && publications.isUnique(fate)) {
            findings.add(Kind.DISAGREEING, what + ": a conflict, but the id was used for nothing else");
        }
        if (fate.places().size() > 1) {
            findings.add(Kind.TWO_PLACES, what + ": " + fate.places());
        }
        Reading log = logs.of(subject.channel());
        for (Position place : fate.places()) {
            Subject stored = log == null ? null : log.at(place);
            if (stored == null) {
                findings.add(Kind.LOST, what + ", acknowledged at " + place.epoch() + ":" + place.offset());
            } else if (!Logs.same(stored, subject)) {
                boolean elsewhere =
                        log != null && log.entries().stream().anyMatch(entry -> Logs.same(entry.subject(), subject));
                findings.add(
                        elsewhere ? Kind.DISAGREEING : Kind.LOST,
                        what + ", acknowledged at " + place.offset() + ", where " + stored.id() + " is");
            }
        }
    }

    /** A read in the middle of it all had everything that was acknowledged before it began, and nothing that went away. */
    private void wasTrue(Reading reading) {
        Reading log = logs.of(reading.channel());
        for (Event entry : reading.entries()) {
            Position at = entry.subject().at();
            @Nullable Subject stored = log == null || at == null ? null : log.at(at);
            if (stored == null) {
                findings.add(Kind.LOST, Logs.where(reading.channel(), at) + " was read, and was absent later");
            } else if (!Logs.same(stored, entry.subject())) {
                findings.add(Kind.DISAGREEING, Logs.where(reading.channel(), at) + " was read as something else");
            }
        }
        for (Fate fate : publications.all()) {
            if (fate.subject().channel().equals(reading.channel()) && fate.acknowledged() < reading.began()) {
                for (Position place : fate.places()) {
                    if (reading.at(place) == null) {
                        findings.add(
                                Kind.STALE, Logs.where(reading.channel(), place) + " was absent from a later read");
                    }
                }
            }
        }
    }

    /** W52: what is shown depends on nothing but the log. */
    private void showsTheSame() {
        Map<String, Event> shown = new HashMap<>();
        for (Event event : events) {
            if (event.act() == Act.SHOW) {
                Event first = shown.putIfAbsent(event.subject().channel(), event);
                if (first != null && first.subject().hash() != event.subject().hash()) {
                    findings.add(
                            Kind.DISAGREEING,
                            event.subject().channel() + " looks otherwise to " + event.client() + " than to "
                                    + first.client());
                }
            }
        }
    }

    /** I5: nobody is told, or allowed, what is not theirs. */
    private void isPrivate(Event event) {
        String channel = event.subject().channel();
        boolean told = event.act() == Act.DELIVER || event.act() == Act.ENTRY;
        if (told && !Logs.mayKnow(event.user(), channel)) {
            findings.add(Kind.LEAKED, event.client() + " was told what is in " + channel);
        }
        if (event.act() == Act.PRY && event.outcome() == Outcome.OK) {
            findings.add(Kind.LEAKED, event.client() + " was allowed: " + event.note());
        }
        if (event.act() == Act.PRY && event.outcome() == Outcome.FAIL && TELLING.contains(event.note())) {
            findings.add(Kind.LEAKED, event.client() + " learned what is there from a refusal: " + event.note());
        }
        if (event.act() == Act.HEAR && !event.note().isEmpty()) {
            findings.add(Kind.LEAKED, event.client() + " heard a secret: " + event.note());
        }
    }

    /** I6 to I12: nothing grew, lasted or ended beyond what is promised. */
    private void isWithinLimit(Event event) {
        Position limit = event.subject().at();
        if (event.act() == Act.MEASURE && limit != null && event.subject().hash() > limit.offset()) {
            findings.add(
                    Kind.EXCEEDED,
                    event.subject().channel() + ": " + event.subject().hash() + ", and at most " + limit.offset()
                            + (event.note().isEmpty() ? "" : "; " + event.note()));
        }
    }

    /** Faults while a publication was on its way and others had just been acknowledged. */
    private int faultsUnderLoad() {
        int count = 0;
        for (Event fault : events) {
            if (fault.act() == Act.FAULT && fault.outcome() == Outcome.INFO && isUnderLoad(fault.nanos())) {
                count++;
            }
        }
        return count;
    }

    private boolean isUnderLoad(long time) {
        boolean answered = false;
        boolean onItsWay = false;
        Map<String, Long> asked = new HashMap<>();
        for (Event event : events) {
            if (event.act() != Act.PUBLISH) {
                continue;
            }
            String request = event.client() + ' ' + event.subject().id();
            if (event.outcome() == Outcome.INVOKE) {
                asked.put(request, event.nanos());
                continue;
            }
            boolean before = event.nanos() < time && event.nanos() > time - RECENTLY;
            answered |= event.outcome() == Outcome.OK && before;
            onItsWay |= asked.getOrDefault(request, Long.MAX_VALUE) < time && event.nanos() >= time;
        }
        return answered && onItsWay;
    }
}
