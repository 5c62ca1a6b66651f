package dev.mirror.simulation.history;

import dev.mirror.message.Position;
import dev.mirror.simulation.history.Event.Act;
import dev.mirror.simulation.history.Event.Outcome;
import dev.mirror.simulation.history.Event.Subject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A perfect server and its clients, as histories: everything is stored, delivered and read as promised. Tests then spoil
 * one thing, as a fault of a server would.
 */
final class Tape {
    static final String ROOM = "room";
    static final String DIRECT = "ann.bob";
    static final String EPOCH = "e1";

    private final Map<String, List<Event>> clients = new LinkedHashMap<>();
    private final Map<String, List<Subject>> logs = new TreeMap<>();
    /** Of the entries of inboxes, where they come from. */
    private final Map<Subject, String> origins = new LinkedHashMap<>();
    /** Who is subscribed to what. */
    private final Map<String, Set<String>> devices = Map.of(
            "ann/phone", Set.of(ROOM, "@ann", DIRECT),
            "ann/desk", Set.of(ROOM, "@ann"),
            "bob/phone", Set.of(ROOM, "@bob"),
            "eve/phone", Set.of(ROOM));

    private long now = 1_000;

    Tape() {
        List.of(ROOM, DIRECT, "@ann", "@bob").forEach(channel -> logs.put(channel, new ArrayList<>()));
        devices.forEach((client, channels) -> channels.forEach(channel -> subscribe(client, channel, 0)));
    }

    void add(String client, Outcome outcome, Act act, Subject subject, String note) {
        now += 1_000;
        clients.computeIfAbsent(client, key -> new ArrayList<>())
                .add(new Event(client, now, outcome, act, subject, note));
    }

    void subscribe(String client, String channel, long after) {
        add(client, Outcome.OK, Act.SUBSCRIBE, Subject.of(channel, new Position(EPOCH, after)), "");
    }

    static Subject said(String user, String channel, String id) {
        return new Subject(channel, id, user, null, Event.hash("body of " + id));
    }

    /** Stores something for certain, and delivers it to all who are subscribed. */
    Subject store(Subject said) {
        Subject stored = append(said.channel(), said, "");
        if (said.channel().equals(DIRECT)) {
            for (String user : List.of("ann", "bob")) {
                append("@" + user, said, DIRECT + ' ' + place(stored));
            }
        }
        return stored;
    }

    private Subject append(String channel, Subject said, String origin) {
        List<Subject> log = logs.getOrDefault(channel, new ArrayList<>());
        Subject stored =
                new Subject(channel, said.id(), said.publisher(), new Position(EPOCH, log.size() + 1L), said.hash());
        log.add(stored);
        origins.put(stored, origin);
        devices.forEach((client, channels) -> {
            if (channels.contains(channel)) {
                deliver(client, stored);
            }
        });
        return stored;
    }

    /** What is stored there amends something. */
    void amends(Subject stored) {
        origins.put(stored, Event.AMENDS);
    }

    void deliver(String client, Subject stored) {
        add(client, Outcome.OK, Act.DELIVER, stored, origins.getOrDefault(stored, ""));
    }

    private static long place(Subject stored) {
        return stored.at() == null ? 0 : stored.at().offset();
    }

    /** Asked, stored, delivered, acknowledged. */
    Subject publish(String user, String channel, String id) {
        Subject said = said(user, channel, id);
        add(user + "/publisher", Outcome.INVOKE, Act.PUBLISH, said, "");
        Subject stored = store(said);
        add(user + "/publisher", Outcome.OK, Act.PUBLISH, stored, "");
        return stored;
    }

    /** Enough of everything, with a kill in the middle that one publish falls into. */
    Tape play() {
        for (int i = 1; i <= 10; i++) {
            publish(i % 2 == 0 ? "ann" : "bob", ROOM, "r" + i);
            publish(i % 2 == 0 ? "ann" : "bob", DIRECT, "d" + i);
        }
        Subject cut = said("ann", ROOM, "cut");
        add("ann/publisher", Outcome.INVOKE, Act.PUBLISH, cut, "");
        Subject stored = append(ROOM, cut, "");
        add("run/faults", Outcome.INFO, Act.FAULT, Subject.NONE, "kill -9");
        add("ann/publisher", Outcome.INFO, Act.PUBLISH, cut, "");
        read("bob/early", ROOM);
        add("ann/publisher", Outcome.INVOKE, Act.PUBLISH, cut, "");
        add("ann/publisher", Outcome.OK, Act.PUBLISH, stored, "");
        add("bob/phone", Outcome.INFO, Act.LEAVE, Subject.NONE, "");
        subscribe("bob/phone", ROOM, 9);
        logs.getOrDefault(ROOM, List.of()).subList(9, 11).forEach(entry -> deliver("bob/phone", entry));
        subscribe("bob/phone", "@bob", 10);
        publish("bob", ROOM, "last");
        add("eve/phone", Outcome.FAIL, Act.PRY, Subject.NONE, "not.allowed");
        return this;
    }

    /** What the log has of a channel, entry by entry; it can be changed before it is read. */
    List<Subject> log(String channel) {
        return logs.getOrDefault(channel, List.of());
    }

    /** What one client wrote; it can be changed. */
    List<Event> of(String client) {
        return clients.getOrDefault(client, List.of());
    }

    void read(String client, String channel) {
        add(client, Outcome.INVOKE, Act.READ, Subject.of(channel), "");
        for (Subject entry : List.copyOf(log(channel))) {
            add(client, Outcome.OK, Act.ENTRY, entry, origins.getOrDefault(entry, ""));
        }
        long end =
                log(channel).isEmpty() ? 0 : place(log(channel).get(log(channel).size() - 1));
        add(client, Outcome.OK, Act.READ, Subject.of(channel, new Position(EPOCH, end)), "");
    }

    /** Reads every log, and has everything judged. */
    Verdict judged() {
        read("ann/reader", ROOM);
        read("ann/reader", DIRECT);
        read("ann/reader", "@ann");
        read("bob/reader", "@bob");
        List<Event> events = new ArrayList<>();
        clients.values().forEach(events::addAll);
        return Checker.check(events);
    }
}
