package dev.mirror.simulation;

import dev.mirror.channel.ChannelName;
import dev.mirror.client.MirrorClient;
import dev.mirror.hub.Mirror;
import dev.mirror.message.Folding;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.simulation.history.Checker;
import dev.mirror.simulation.history.Event;
import dev.mirror.simulation.history.Event.Act;
import dev.mirror.simulation.history.Event.Outcome;
import dev.mirror.simulation.history.Event.Subject;
import dev.mirror.simulation.history.Verdict;
import dev.mirror.spi.History;
import dev.mirror.spi.HistoryQuery;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One seed: several users talk in rooms and in private while things break, then everything is mended, and what everybody
 * was told is compared with the log. The same seed is the same run.
 */
public final class SeedRun {
    /** How what is said in private begins; the conversation follows. */
    static final String SECRET = "secret:";

    private static final List<String> FRIENDS = List.of("ann", "bob", "cat");
    private static final List<String> ROOMS = List.of("lobby", "attic");
    /** What devices show all the time. */
    private static final Map<String, String> SHOWN = Map.of("ann/1", "lobby", "bob/1", "ann.bob");

    private static final Duration SETTLING = Duration.ofMinutes(10);
    /** Within this everything is answered that is asked on a connection that works. */
    private static final Duration ANSWERED = Duration.ofSeconds(6);

    private final long seed;
    private final World world;
    private final Recorder recorder;
    private final SplittableRandom chance;
    private final List<Device> devices = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private final Gauge gauge;
    private final boolean loud;
    private @Nullable Hostile hostile;
    private @Nullable Sluggard sluggard;
    private boolean loading = true;

    /**
     * What became of a seed.
     *
     * @param seed which
     * @param verdict what the checker says
     * @param faults what else should not have happened
     * @param transcript everything that happened, if that was asked for
     */
    public record Report(long seed, Verdict verdict, List<String> faults, List<String> transcript) {
        /** Whether everything was as promised. */
        public boolean isGood() {
            return verdict.violations().isEmpty() && faults.isEmpty();
        }

        /** How to see it again, what is wrong, and the transcript. */
        @Override
        public String toString() {
            StringBuilder text = new StringBuilder("-Dmirror.seed=").append(seed);
            verdict.violations().stream()
                    .limit(20)
                    .forEach(each -> text.append("\n  ").append(each));
            faults.forEach(each -> text.append("\n  ").append(each));
            transcript.forEach(line -> text.append('\n').append(line));
            return text.toString();
        }
    }

    private SeedRun(long seed, boolean told) {
        this.seed = seed;
        Watch watch = new Watch(devices, faults);
        this.world = new World(seed, told, watch);
        this.recorder = new Recorder(world.time, world.transcript);
        this.gauge = new Gauge(recorder);
        watch.begin(recorder, gauge);
        this.chance = world.chance.split();
        this.loud = chance.nextInt(24) == 0;
    }

    /** Runs a seed. */
    public static Report of(long seed) {
        return new SeedRun(seed, false).report();
    }

    /** Runs a seed and tells what happens. */
    public static Report told(long seed) {
        return new SeedRun(seed, true).report();
    }

    /** The private conversations that a user has. */
    static List<String> conversationsOf(String user) {
        return FRIENDS.stream()
                .filter(friend -> FRIENDS.contains(user) && !friend.equals(user))
                .map(friend -> canonical(user + "." + friend))
                .toList();
    }

    private static String canonical(String channel) {
        return name(channel).canonical();
    }

    private Report report() {
        try (world) {
            try {
                run();
            } catch (RuntimeException | AssertionError e) {
                StringWriter trace = new StringWriter();
                e.printStackTrace(new PrintWriter(trace));
                faults.add(trace.toString());
            }
            return new Report(seed, Checker.check(recorder.events()), faults, world.transcript.lines());
        }
    }

    private void run() {
        world.server.start();
        String epoch = log("lobby", null, 0).tail().epoch();
        FRIENDS.forEach(world.users::user);
        for (String name : List.of("ann/1", "ann/2", "bob/1", "cat/1", "eve/1")) {
            Duration life = chance.nextInt(4) == 0 ? Duration.ofSeconds(90 + chance.nextInt(200)) : null;
            List<String> rooms = chance.nextInt(3) == 0 ? ROOMS : ROOMS.subList(0, 1);
            ChannelName shows = SHOWN.containsKey(name) ? name(SHOWN.get(name)) : null;
            Device.Plan plan = new Device.Plan(
                    name, rooms, epoch, chance.nextBoolean(), chance.nextInt(3) == 0, life, shows, loud);
            devices.add(new Device(world, recorder, gauge, plan));
        }
        devices.forEach(Device::start);
        bringOthers(epoch);
        Chaos chaos = new Chaos(world, recorder, devices);
        world.network.note("world", "breaks by " + chaos.kinds());
        chaos.begin();
        talk(100 + chance.nextInt(900));
        world.time.advance(Duration.ofSeconds(8 + chance.nextInt(25)));
        loading = false;
        chaos.end();
        sendOthersAway();
        settle();
        readEverything();
        devices.forEach(this::askAtTheEnd);
        endEverything();
    }

    /** Those who misbehave. */
    private void bringOthers(String epoch) {
        if (chance.nextInt(12) == 0) {
            hostile = new Hostile(world, gauge);
            hostile.begin();
        }
        if (loud || chance.nextInt(8) == 0) {
            Sluggard one = new Sluggard(world, recorder, gauge, epoch);
            sluggard = one;
            one.later(Duration.ofSeconds(chance.nextInt(15)), one::connect);
        }
    }

    private void sendOthersAway() {
        if (hostile != null) {
            hostile.spare();
        }
        if (sluggard != null) {
            sluggard.spare();
        }
    }

    /** Everybody is gone: nothing may be left of them. */
    private void endEverything() {
        world.time.advance(ANSWERED);
        gauge.report();
        devices.forEach(Device::leave);
        if (hostile != null) {
            hostile.stop();
        }
        if (sluggard != null) {
            sluggard.stop();
        }
        world.time.advance(ANSWERED);
        world.network.resetAll();
        world.time.advance(Duration.ofSeconds(30));
        Mirror.Stats.Now left = world.server.load();
        int held = left.sessions() + left.users() + left.channels() + left.publishing() + left.backlog();
        Subject measured = Subject.measured("what the hub holds for nobody", held, 0);
        recorder.add("world/gauge", Outcome.OK, Act.MEASURE, measured, held == 0 ? "" : left.toString());
    }

    private void talk(int paceMillis) {
        world.time.schedule(Duration.ofMillis(chance.nextInt(2 * paceMillis)), () -> {
            if (loading) {
                speak(devices.get(chance.nextInt(devices.size())));
                talk(paceMillis);
            }
        });
    }

    private void speak(Device device) {
        int what = chance.nextInt(20);
        Voice voice = device.voice();
        if (device.user().equals("eve")) {
            if (what < 3) {
                new Stranger(recorder, chance, device).pry();
            } else if (what < 10) {
                voice.say(name("lobby"));
            }
        } else if (what == 0) {
            voice.sayAgain();
        } else if (what < 11) {
            String room = ROOMS.get(chance.nextInt(2));
            if (what == 1) {
                new LookBack(recorder, device, room).begin();
            } else if (what == 2) {
                device.stopListening(room);
            } else if (what == 3) {
                device.amend(name(room));
            } else {
                voice.say(name(room));
            }
        } else {
            speakToFriend(device, FRIENDS.get(chance.nextInt(3)), what);
        }
    }

    private void speakToFriend(Device device, String friend, int what) {
        if (!friend.equals(device.user())) {
            ChannelName conversation = name(device.user() + '.' + friend);
            if (what == 11) {
                new LookBack(recorder, device, conversation.canonical()).begin();
            } else if (what == 12) {
                device.amend(conversation);
            } else if (what < 16) {
                device.voice().tell(conversation);
            } else {
                device.voice().say(conversation);
            }
        }
    }

    private static ChannelName name(String channel) {
        return ChannelName.parse(channel).orElseThrow();
    }

    private void settle() {
        boolean quiet = world.passUntil(
                SETTLING, () -> world.server.isRunning() && devices.stream().allMatch(Device::isQuiet));
        if (quiet) {
            quiet = world.passUntil(SETTLING, this::haveEverything);
        }
        if (quiet) { // what was heard last may have been marked
            quiet = world.passUntil(SETTLING, () -> devices.stream().allMatch(Device::isQuiet));
        }
        if (!quiet) {
            devices.forEach(device -> faults.add("not settled after ten minutes: " + device.state()));
        }
    }

    private boolean haveEverything() {
        boolean slow = sluggard != null
                && sluggard.has() < log(Sluggard.ROOM, null, 0).tail().offset();
        boolean shown = devices.stream()
                .map(Device::viewer)
                .filter(Objects::nonNull)
                .allMatch(viewer ->
                        viewer.has() >= log(viewer.channel(), null, 0).tail().offset());
        return !slow && shown && devices.stream().allMatch(this::hasEverything);
    }

    private boolean hasEverything(Device device) {
        List<String> channels = new ArrayList<>(device.rooms());
        channels.addAll(conversationsOf(device.user()));
        return channels.stream()
                .allMatch(channel ->
                        device.has(channel) >= log(channel, null, 0).tail().offset()
                                || device.has(channel) >= lastFor(device, channel));
    }

    /** The last that a device is told of a channel: what its user said to amend something it is not. */
    private long lastFor(Device device, String channel) {
        long last = 0;
        for (Publication each : log(channel, null, 50).publications()) {
            boolean own = each.entry().publisher().value().equals(device.user());
            last = own && isAmendment(each) ? last : each.position().offset();
        }
        return last;
    }

    private static boolean isAmendment(Publication publication) {
        return publication.entry().body().startsWith("{\"amend\":");
    }

    private History log(String channel, @Nullable Position after, int limit) {
        ChannelName name = name(channel);
        return world.await(world.server
                .log()
                .history(after == null ? HistoryQuery.latest(name, limit) : HistoryQuery.after(name, after, limit)));
    }

    private void readEverything() {
        ROOMS.forEach(room -> read("ann", room));
        for (String user : FRIENDS) {
            conversationsOf(user).stream()
                    .filter(channel -> channel.startsWith(user))
                    .forEach(channel -> read(user, channel));
            read(user, "@" + user);
        }
    }

    /** How conversations stand, and what is shown. */
    private void askAtTheEnd(Device device) {
        MirrorClient client = device.client();
        if (client != null) {
            world.await(client.conversations()).listed().forEach(device.marking()::stands);
        }
        if (device.viewer() != null) {
            device.viewer().show();
        }
    }

    private void read(String user, String channel) {
        String reader = user + "/last-" + channel;
        recorder.add(reader, Outcome.INVOKE, Act.READ, Subject.of(channel));
        Position at = new Position(log(channel, null, 0).tail().epoch(), 0);
        Folding folding = new Folding(name(channel), at.epoch());
        History page = log(channel, at, 300);
        while (!page.publications().isEmpty()) {
            for (Publication each : page.publications()) {
                recorder.add(reader, Outcome.OK, Act.ENTRY, subject(channel, each), origin(each));
                folding.add(each);
                at = each.position();
            }
            page = log(channel, at, 300);
        }
        recorder.add(reader, Outcome.OK, Act.READ, Subject.of(channel, page.tail()));
        if (SHOWN.containsValue(channel)) {
            recorder.add(reader, Outcome.OK, Act.SHOW, Viewer.shown(channel, folding));
        }
    }

    private static Subject subject(String channel, Publication publication) {
        Publication.Entry entry = publication.entry();
        long hash = Event.hash(entry.body());
        return new Subject(channel, entry.id(), entry.publisher().value(), publication.position(), hash);
    }

    private static String origin(Publication publication) {
        Publication.Origin origin = publication.origin();
        return origin == null
                ? isAmendment(publication) ? Event.AMENDS : ""
                : origin.channel().canonical() + ' ' + origin.position().offset();
    }
}
