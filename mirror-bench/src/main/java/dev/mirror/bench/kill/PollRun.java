package dev.mirror.bench.kill;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mirror.bench.node.HttpLine;
import dev.mirror.message.Position;
import dev.mirror.simulation.history.Checker;
import dev.mirror.simulation.history.Event;
import dev.mirror.simulation.history.Event.Act;
import dev.mirror.simulation.history.Event.Outcome;
import dev.mirror.simulation.history.Event.Subject;
import dev.mirror.simulation.history.HistoryFile;
import dev.mirror.simulation.history.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** One run with PubNub clients: long polls and publications over HTTP, kills, quiet, the last read, the verdict. */
final class PollRun implements AutoCloseable {
    /** What the server is told beside everything else. */
    static final String KEYSETS =
            "--pubnub-keysets=subscribe=" + Poller.SUBSCRIBE_KEY + ",publish=" + Poller.PUBLISH_KEY;

    private static final int PAGE = 100;

    private final Plan plan;
    private final Site site;
    private final SplittableRandom random;
    private final Path folder;
    private final HistoryFile faults;
    private final List<String> channels = new ArrayList<>();
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger outstanding = new AtomicInteger();
    private final List<PollPublisher> publishers = new ArrayList<>();
    private final List<PollListener> listeners = new ArrayList<>();

    PollRun(Plan plan, Site site, SplittableRandom random) throws IOException {
        this.plan = plan;
        this.site = site;
        this.random = random;
        this.folder = Files.createDirectories(site.folder().resolve("history"));
        this.faults = file("run/faults");
        for (int i = 0; i < plan.rooms(); i++) {
            channels.add("channel-" + i);
        }
        PollPublisher.Counts counts = new PollPublisher.Counts(acknowledged, outstanding);
        for (int i = 0; i < 2 * plan.publishers(); i++) {
            String user = "publisher-" + i;
            publishers.add(new PollPublisher(user, file(user + "/http"), site::port, channels, counts));
        }
        for (int i = 0; i < plan.publishers(); i++) {
            String user = "listener-" + i;
            List<String> some = i % 2 == 0 ? channels : List.of(channels.get(i % channels.size()));
            listeners.add(new PollListener(user, file(user + "/http"), site::port, some));
        }
    }

    private HistoryFile file(String client) throws IOException {
        return new HistoryFile(folder, client, System::nanoTime);
    }

    Verdict run() throws IOException {
        pry();
        listeners.forEach(Poller::start);
        KillRun.await("everybody polls", () -> listeners.stream().allMatch(PollListener::isSubscribed));
        publishers.forEach(Poller::start);
        int each = plan.acknowledged() / Math.max(1, plan.kills());
        for (int i = 0; i < plan.kills(); i++) {
            boolean last = i + 1 == plan.kills();
            int some = acknowledged.get() + each * 3 / 4 + random.nextInt(each);
            int enough = last ? Math.max(some, plan.acknowledged()) : some;
            KillRun.await("there is load", () -> acknowledged.get() >= enough);
            LockSupport.parkNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(20)));
            KillRun.await("something is on its way", () -> outstanding.get() > 0);
            site.strike(random, faults);
            LockSupport.parkNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(50)));
            site.heal(faults);
        }
        int before = acknowledged.get();
        KillRun.await("it goes on", () -> acknowledged.get() >= before + PAGE);
        for (PollPublisher publisher : publishers) {
            publisher.end(false);
        }
        for (PollPublisher publisher : publishers) {
            publisher.close();
        }
        return judge();
    }

    /** A stranger's key opens nothing. */
    private void pry() throws IOException {
        try (HttpLine line = HttpLine.open(site.port())) {
            HttpLine.Answer answer = line.get("/v2/subscribe/sub-other/" + channels.get(0) + "/0?tt=0");
            Outcome outcome = answer.status() >= 400 ? Outcome.FAIL : Outcome.OK;
            faults.add(outcome, Act.PRY, Subject.NONE, "status " + answer.status());
        }
    }

    private Verdict judge() throws IOException {
        Map<String, Long> ends = new HashMap<>();
        try (HistoryFile reader = file("reader/http");
                HttpLine line = HttpLine.open(site.port())) {
            for (String channel : channels) {
                ends.put(channel, read(channel, line, reader));
            }
        }
        KillRun.quiet(() -> listeners.stream()
                .allMatch(each -> each.channels().stream()
                        .allMatch(channel -> each.newest(channel) >= ends.getOrDefault(channel, 0L))));
        endAll();
        faults.close();
        return Checker.check(Ranks.of(lookedUp(HistoryFile.readAll(folder))));
    }

    /** Nobody asks again for what had no answer, but what came of it stands in the logs. */
    private static List<Event> lookedUp(List<Event> events) {
        Map<String, Position> stored = new HashMap<>();
        for (Event event : events) {
            Position at = event.subject().at();
            if (event.act() == Act.ENTRY && at != null) {
                stored.put(event.subject().id(), at);
            }
        }
        List<Event> all = new ArrayList<>(events);
        for (Event event : events) {
            if (event.act() == Act.PUBLISH && event.outcome() == Outcome.INFO) {
                Position at = stored.get(event.subject().id());
                Outcome outcome = at == null ? Outcome.FAIL : Outcome.OK;
                Subject subject = at == null ? event.subject() : event.subject().at(at);
                all.add(new Event(event.client(), Long.MAX_VALUE, outcome, Act.PUBLISH, subject, "looked up"));
            }
        }
        return all;
    }

    /** Reads a whole log, newest first as PubNub has it, and writes it down oldest first. */
    private static long read(String channel, HttpLine line, HistoryFile reader) throws IOException {
        List<Subject> entries = new ArrayList<>();
        String start = "";
        reader.add(Outcome.INVOKE, Act.READ, Subject.of(channel));
        while (true) {
            HttpLine.Answer answer = line.get("/v3/history/sub-key/" + Poller.SUBSCRIBE_KEY + "/channel/" + channel
                    + "?max=" + PAGE + "&include_uuid=true" + start);
            JsonNode page = Poller.json(answer).path("channels").path(channel);
            if (answer.status() != 200) {
                throw new IOException("history was answered with " + answer.status());
            }
            if (page.isEmpty()) {
                break;
            }
            for (int i = page.size() - 1; i >= 0; i--) {
                entries.add(entry(channel, page.get(i)));
            }
            start = "&start=" + page.get(0).path("timetoken").asText();
        }
        Collections.reverse(entries);
        entries.forEach(entry -> reader.add(Outcome.OK, Act.ENTRY, entry));
        Position end =
                entries.isEmpty() ? null : entries.get(entries.size() - 1).at();
        long newest = end == null ? 0 : end.offset();
        reader.add(Outcome.OK, Act.READ, Subject.of(channel, new Position(Poller.EPOCH, newest)));
        return newest;
    }

    private static Subject entry(String channel, JsonNode message) {
        String id = message.path("message").asText();
        Position at = new Position(Poller.EPOCH, message.path("timetoken").asLong());
        return new Subject(channel, id, message.path("uuid").asText(), at, Event.hash(id));
    }

    private void endAll() throws IOException {
        for (PollListener listener : listeners) {
            listener.end(true);
        }
        for (PollPublisher publisher : publishers) {
            publisher.end(true);
        }
        for (PollListener listener : listeners) {
            listener.close();
        }
        for (PollPublisher publisher : publishers) {
            publisher.close();
        }
    }

    @Override
    public void close() throws IOException {
        endAll();
        faults.close();
    }
}
