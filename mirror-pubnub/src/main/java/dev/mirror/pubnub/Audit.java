package dev.mirror.pubnub;

import dev.mirror.message.MirrorException;
import dev.mirror.spi.Scheduler;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares, from time to time, what live readers took with what the service counts. Who lacks something, and still does
 * a moment later, reads the history; and the poll that should have brought it is made anew, since one that hears nothing
 * looks like one where nothing is said.
 */
final class Audit {
    private static final Logger LOG = System.getLogger(Audit.class.getName());
    /** How long a message may be on its way. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final Live live;
    private final Talk talk;
    private final Workers workers;
    private final Scheduler scheduler;
    private final Duration interval;
    private volatile boolean closed; // set once

    Audit(Live live, Talk talk, Workers workers, Scheduler scheduler, Duration interval) {
        this.live = live;
        this.talk = talk;
        this.workers = workers;
        this.scheduler = scheduler;
        this.interval = interval;
        later();
    }

    private void later() {
        if (!closed) {
            scheduler.schedule(interval, () -> workers.ask(this::all));
        }
    }

    private void all() {
        try {
            live.homes().forEach(this::guarded);
        } finally {
            later();
        }
    }

    /** What one poll is refused, the others are not. */
    private void guarded(Shard shard, List<String> names) {
        try {
            one(shard, names);
        } catch (MirrorException failure) {
            LOG.log(Level.DEBUG, "nothing was counted: {0}", failure.getMessage());
        } catch (RuntimeException fault) {
            LOG.log(Level.WARNING, "nothing was counted", fault);
        }
    }

    private void one(Shard shard, List<String> names) {
        List<String> asked = new ArrayList<>();
        List<Long> since = new ArrayList<>();
        Map<Reader, Long> stood = new HashMap<>();
        for (String name : names) {
            Live.Channel channel = live.channels().get(name);
            long least = channel == null ? Long.MAX_VALUE : stand(channel, stood);
            if (least < Long.MAX_VALUE) {
                asked.add(name);
                // Whether the service counts the message at the time itself is not documented.
                since.add(least + 1);
            }
        }
        if (asked.isEmpty()) {
            return;
        }
        Map<String, Long> counts = talk.counts(asked, since);
        List<Reader> behind = new ArrayList<>();
        for (String name : asked) {
            Live.Channel channel = live.channels().get(name);
            if (channel != null && counts.getOrDefault(name, 0L) > 0) {
                channel.readers.stream().filter(stood::containsKey).forEach(behind::add);
            }
        }
        if (!behind.isEmpty()) {
            scheduler.schedule(GRACE, () -> workers.ask(() -> judge(shard, behind, stood)));
        }
    }

    private static long stand(Live.Channel channel, Map<Reader, Long> stood) {
        long least = Long.MAX_VALUE;
        for (Reader reader : channel.readers) {
            if (reader.isLive()) {
                stood.put(reader, reader.at());
                least = Math.min(least, reader.at());
            }
        }
        return least;
    }

    private void judge(Shard shard, List<Reader> behind, Map<Reader, Long> stood) {
        List<Reader> deaf = behind.stream()
                .filter(reader -> reader.isLive() && reader.at() == stood.getOrDefault(reader, -1L))
                .toList();
        if (!deaf.isEmpty()) {
            LOG.log(
                    Level.WARNING,
                    "PubNub counts messages that did not come live; they are read, and the poll is renewed");
            deaf.forEach(Reader::missed);
            live.restart(shard);
        }
    }

    void close() {
        closed = true;
    }
}
