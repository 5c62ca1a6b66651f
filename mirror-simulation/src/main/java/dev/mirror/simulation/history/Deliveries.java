package dev.mirror.simulation.history;

import dev.mirror.message.Position;
import dev.mirror.simulation.history.Event.Act;
import dev.mirror.simulation.history.Event.Outcome;
import dev.mirror.simulation.history.Logs.Reading;
import dev.mirror.simulation.history.Violation.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Whether every subscription got exactly what it covers, once and in order. */
final class Deliveries {
    private final Logs logs;
    private final Findings findings;
    /** By client and channel. */
    private final Map<Observer, Interval> open = new HashMap<>();

    private int delivered;
    private int resumed;

    private record Observer(String client, String channel) {
        String user() {
            return client.substring(0, client.indexOf('/'));
        }

        @Override
        public String toString() {
            return client + " on " + channel;
        }
    }

    /** What a client has of a channel, since a subscription began. */
    private static final class Interval {
        private String epoch;
        private long next;
        /** Skipped, and perhaps still to come. */
        private final Set<Long> missing = new TreeSet<>();

        /** Also what its user said to amend something. */
        private final boolean everything;

        private boolean live = true;

        private Interval(Position from, boolean everything) {
            epoch = from.epoch();
            next = from.offset() + 1;
            this.everything = everything;
        }
    }

    Deliveries(Logs logs, Findings findings) {
        this.logs = logs;
        this.findings = findings;
    }

    int delivered() {
        return delivered;
    }

    int resumed() {
        return resumed;
    }

    void check(List<Event> events) {
        for (Event event : events) {
            if (event.outcome() == Outcome.OK && event.act() == Act.SUBSCRIBE) {
                subscribed(event);
            } else if (event.act() == Act.DELIVER) {
                delivered++;
                delivered(event);
            } else if (event.act() == Act.LEAVE) {
                String channel = event.subject().channel();
                open.forEach((observer, interval) -> {
                    boolean meant = channel.isEmpty() || channel.equals(observer.channel);
                    if (meant && observer.client.equals(event.client())) {
                        left(observer, interval);
                    }
                });
            }
        }
        open.forEach(this::ended);
    }

    private void subscribed(Event event) {
        Position from = event.subject().at();
        if (from == null) {
            return;
        }
        Observer observer = new Observer(event.client(), event.subject().channel());
        if (event.note().equals(Event.UNRECOVERED)) {
            findings.add(Kind.UNRECOVERED, observer + " from " + from.epoch() + ":" + from.offset());
        }
        Interval before = open.put(observer, new Interval(from, event.note().equals(Event.EVERYTHING)));
        if (before == null) {
            return;
        }
        resumed++;
        if (before.live) {
            left(observer, before);
        }
        if (before.epoch.equals(from.epoch()) && from.offset() >= before.next) {
            findings.add(
                    Kind.MISSED, observer + " went on after " + from.offset() + " but had up to " + (before.next - 1));
        }
    }

    private void delivered(Event event) {
        Observer observer = new Observer(event.client(), event.subject().channel());
        Position at = event.subject().at();
        Interval interval = open.get(observer);
        if (at == null || interval == null || !interval.live) {
            findings.add(Kind.PHANTOM, observer + " was told without a subscription");
            return;
        }
        String what = observer + " got " + at.offset();
        if (!interval.epoch.equals(at.epoch())) {
            findings.add(Kind.DISAGREEING, what + " of the epoch " + at.epoch() + " in " + interval.epoch);
        } else if (at.offset() >= interval.next) {
            for (long skipped = interval.next; skipped < at.offset(); skipped++) {
                interval.missing.add(skipped);
            }
            interval.next = at.offset() + 1;
        } else if (interval.missing.remove(at.offset())) {
            findings.add(Kind.MISORDERED, what + " after " + (interval.next - 1));
        } else {
            findings.add(Kind.DOUBLED, what + " again, being at " + (interval.next - 1));
        }
        agrees(event, at, what);
    }

    private void agrees(Event event, Position at, String what) {
        Reading log = logs.of(event.subject().channel());
        Event.@Nullable Subject stored = log == null ? null : log.at(at);
        if (stored == null) {
            findings.add(Kind.LOST, what + ", id " + event.subject().id() + ", which the log does not have");
        } else if (!Logs.same(stored, event.subject())) {
            findings.add(Kind.DISAGREEING, what + " as " + event.subject().id() + ", but the log has " + stored.id());
        }
    }

    /** A subscription that ends may end anywhere, but must not have skipped anything. */
    private void left(Observer observer, Interval interval) {
        interval.live = false;
        for (long offset : interval.missing) {
            if (isOwn(observer, interval, offset)) {
                continue;
            }
            findings.add(Kind.MISSED, observer + " did not get " + offset + " but what came after it");
        }
        interval.missing.clear();
    }

    /** Whoever amends something is not told of it. */
    private boolean isOwn(Observer observer, Interval interval, long offset) {
        Reading log = interval.everything ? null : logs.of(observer.channel);
        return log != null && log.amends(observer.user(), offset);
    }

    /** One that is there at the end has to have everything. */
    private void ended(Observer observer, Interval interval) {
        left(observer, interval);
        Reading log = logs.of(observer.channel);
        long next = interval.next;
        while (isOwn(observer, interval, next)) {
            next++;
        }
        if (log != null && log.end().offset() >= next) {
            findings.add(
                    Kind.MISSED,
                    observer + " has up to " + (interval.next - 1) + " at the end, of "
                            + log.end().offset());
        }
    }
}
