package dev.mirror.bench.kill;

import dev.mirror.bench.node.Line;
import dev.mirror.bench.node.People.Person;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** One run: load, kills, heal, quiet, the last read, the verdict. Owned by one thread. */
public final class KillRun implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int AFTERWARDS = 50;
    private static final long STEP_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private final String name;
    private final Plan plan;
    private final Site site;
    private final List<Person> people;
    private final Path folder;
    private final SplittableRandom random;
    private final HistoryFile faults;
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger outstanding = new AtomicInteger();
    private final List<Publisher> publishers = new ArrayList<>();
    private final List<Subscriber> subscribers = new ArrayList<>();
    private final List<String> rooms = new ArrayList<>();
    /** Who talks to whom: as the first of each pair spells it, with whoever reads it at the end. */
    private final Map<String, Person> conversations = new HashMap<>();

    private final List<Eavesdropper> eavesdroppers = new ArrayList<>();

    /**
     * @param name no other run has it
     * @param site the server, ready; its people are the publishers, and after them those who eavesdrop
     */
    public KillRun(String name, Plan plan, Site site, SplittableRandom random) throws IOException {
        this.name = name;
        this.plan = plan;
        this.site = site;
        this.people = site.people().subList(0, plan.publishers());
        this.random = random;
        this.folder = Files.createDirectories(site.folder().resolve("history"));
        this.faults = new HistoryFile(folder, "run/faults", System::nanoTime);
        for (int i = 0; i < plan.rooms(); i++) {
            rooms.add(name + "-room-" + i);
        }
        for (int i = 0; i < plan.publishers(); i++) {
            subscribe(i, "device-1");
            publish(i);
        }
        subscribe(0, "device-2");
        subscribe(1, "device-2");
        List<String> victims = this.people.stream().map(Person::user).toList();
        for (Person stranger : site.people().subList(plan.publishers(), plan.people())) {
            eavesdroppers.add(new Eavesdropper(place(stranger, "stranger"), victims));
        }
    }

    private Client.Place place(Person person, String device) throws IOException {
        HistoryFile history = new HistoryFile(folder, person.user() + '/' + device, System::nanoTime);
        return new Client.Place(person, device, history, random.split(), site::port);
    }

    private Person friend(int of) {
        return people.get((of + 1) % people.size());
    }

    private void subscribe(int index, String device) throws IOException {
        Person person = people.get(index);
        List<String> channels = new ArrayList<>(rooms);
        // Half of the devices also follow one conversation by itself, in their own spelling.
        if (index % 2 == 0) {
            channels.add(person.user() + '.' + friend(index).user());
        }
        subscribers.add(new Subscriber(place(person, device), channels));
    }

    private void publish(int index) throws IOException {
        Person person = people.get(index);
        Person before = people.get(Math.floorMod(index - 1, people.size()));
        Set<String> friends = new LinkedHashSet<>(List.of(friend(index).user(), before.user()));
        friends.remove(person.user());
        friends.forEach(friend -> conversations.put(Wire.canonical(person.user() + '.' + friend), person));
        publishers.add(new Publisher(
                place(person, "publisher"),
                new Publisher.Traffic(name, rooms, List.copyOf(friends), plan.pauseNanos()),
                acknowledged,
                outstanding));
    }

    /** Does it all. */
    public Verdict run() throws IOException {
        for (Subscriber subscriber : subscribers) {
            subscriber.start();
        }
        await(
                "everybody is subscribed",
                () -> subscribers.stream().allMatch(each -> each.subscribed().getCount() == 0));
        publishers.forEach(Client::start);
        eavesdroppers.forEach(Client::start);
        // A paced load goes on while the fault lasts; any other one ends with it.
        int each = Math.max(1, plan.acknowledged() / Math.max(1, plan.kills() + (plan.isPaced() ? 2 : 0)));
        for (int i = 0; i < plan.kills(); i++) {
            int some = acknowledged.get() + each * 3 / 4 + random.nextInt(each);
            boolean last = i + 1 == plan.kills() && !plan.isPaced();
            int enough = last ? Math.max(some, plan.acknowledged()) : some;
            await("there is load", () -> acknowledged.get() >= enough);
            LockSupport.parkNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(20)));
            await("something is on its way", () -> outstanding.get() > 0);
            if (last) {
                // What is said from here on would not have to survive anything.
                publishers.forEach(Publisher::stop);
            }
            kill();
        }
        await("there was load", () -> acknowledged.get() >= plan.acknowledged());
        publishers.forEach(Publisher::stop);
        heal();
        return judge();
    }

    private void kill() throws IOException {
        site.strike(random, faults);
        LockSupport.parkNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(50)));
        site.heal(faults);
        readInBetween();
    }

    /** One log while the load comes back. */
    private void readInBetween() throws IOException {
        Person person = people.get(random.nextInt(people.size()));
        String channel = random.nextBoolean() ? rooms.get(random.nextInt(rooms.size())) : "@" + person.user();
        read(person, "early-" + System.nanoTime(), channel);
    }

    private HistoryFile reader(Person person, String device) throws IOException {
        return new HistoryFile(folder, person.user() + '/' + device, System::nanoTime);
    }

    private void heal() throws IOException {
        await("every publisher has its answers", () -> publishers.stream().noneMatch(Client::isAlive));
        // The server takes new ones: told to somebody who was there all the time.
        Person person = people.get(0);
        try (Line line = Line.open(site.port(), person.token());
                HistoryFile history = reader(person, "afterwards")) {
            for (int i = 0; i < AFTERWARDS; i++) {
                afterwards(line, history, name + "-after-" + i);
            }
        }
    }

    private void afterwards(Line line, HistoryFile history, String id) throws IOException {
        String text = "public-" + id;
        Subject subject = new Subject(rooms.get(0), id, people.get(0).user(), null, Event.hash(text));
        history.add(Outcome.INVOKE, Act.PUBLISH, subject);
        Position at = Wire.position(line.ask(Wire.publish("channel.publish", id, rooms.get(0), text), id));
        if (at != null) {
            history.add(Outcome.OK, Act.PUBLISH, subject.at(at));
            acknowledged.incrementAndGet();
        }
    }

    private Verdict judge() throws IOException {
        Map<String, Long> ends = new HashMap<>();
        for (String room : rooms) {
            ends.put(room, lastRead(people.get(0), room));
        }
        for (Map.Entry<String, Person> conversation : conversations.entrySet()) {
            ends.put(conversation.getKey(), lastRead(conversation.getValue(), conversation.getKey()));
        }
        for (Person person : people) {
            ends.put("@" + person.user(), lastRead(person, "@" + person.user()));
        }
        quiet(() -> subscribers.stream()
                .allMatch(each -> each.channels().stream()
                        .allMatch(channel -> each.offset(channel) >= ends.getOrDefault(channel, 0L))));
        endAll();
        if (site.logHas(Wire.SECRET)) {
            faults.add(Outcome.OK, Act.HEAR, Subject.NONE, "in the server's log");
        }
        if (site.sparesBystanders()) {
            List<String> ended = clients().stream()
                    .flatMap(client -> client.unasked().stream())
                    .toList();
            Subject count = Subject.measured("I11 connections of bystanders that ended", ended.size(), 0);
            faults.add(Outcome.OK, Act.MEASURE, count, ended.isEmpty() ? "" : ended.toString());
        }
        faults.close();
        return Checker.check(HistoryFile.readAll(folder));
    }

    /** Reads a log; a server that is not quite back is asked again. */
    private long read(Person person, String device, String channel) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try (HistoryFile history = reader(person, device)) {
            while (true) {
                try (Line line = Line.open(site.port(), person.token())) {
                    return LogReader.read(line, history, channel).offset();
                } catch (IOException e) {
                    if (System.nanoTime() > end) {
                        throw e;
                    }
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
                }
            }
        }
    }

    private long lastRead(Person person, String channel) throws IOException {
        return read(person, "final-" + channel.replaceAll("[^A-Za-z0-9_-]", "-"), channel);
    }

    /** Waits until everybody has everything; if they never do the checker says what is missing. */
    static void quiet(BooleanSupplier quiet) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!quiet.getAsBoolean() && System.nanoTime() < end) {
            LockSupport.parkNanos(STEP_NANOS);
        }
    }

    static void await(String what, BooleanSupplier condition) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new IOException("after " + PATIENCE.toSeconds() + " s still not: " + what);
            }
            LockSupport.parkNanos(STEP_NANOS);
        }
    }

    private List<Client> clients() {
        List<Client> all = new ArrayList<>(subscribers);
        all.addAll(publishers);
        all.addAll(eavesdroppers);
        return all;
    }

    private void endAll() throws IOException {
        clients().forEach(Client::end);
        for (Client client : clients()) {
            client.close();
        }
    }

    @Override
    public void close() throws IOException {
        endAll();
        faults.close();
    }
}
