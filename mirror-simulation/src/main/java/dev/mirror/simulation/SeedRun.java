package dev.mirror.simulation;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.CloseReason;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.Frame;
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
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    private static final Duration SETTLING = Duration.ofMinutes(10);
    private static final Pattern PRIVATE = Pattern.compile(SECRET + "(\\w+)\\.(\\w+):");
    private static final Pattern REFUSED =
            Pattern.compile("\"code\":\"reply\\.error\".*\"re\":\"([^\"]+)\".*\"name\":\"([^\"]+)\"");

    private final long seed;
    private final World world;
    private final Recorder recorder;
    private final SplittableRandom chance;
    private final List<Device> devices = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
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
        this.world = new World(seed, told, new Witness());
        this.recorder = new Recorder(world.time, world.transcript);
        this.chance = world.chance.split();
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
        return ChannelName.parse(channel).orElseThrow().canonical();
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
            Device.Plan plan = new Device.Plan(name, rooms, epoch, chance.nextBoolean(), chance.nextInt(3) == 0, life);
            devices.add(new Device(world, recorder, plan));
        }
        devices.forEach(Device::start);
        Chaos chaos = new Chaos(world, recorder, devices);
        world.network.note("world", "breaks by " + chaos.kinds());
        chaos.begin();
        talk(100 + chance.nextInt(900));
        world.time.advance(Duration.ofSeconds(8 + chance.nextInt(25)));
        loading = false;
        chaos.end();
        settle();
        readEverything();
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
        if (device.user().equals("eve")) {
            if (what < 3) {
                pry(device);
            } else if (what < 10) {
                device.say("lobby");
            }
        } else if (what == 0) {
            device.sayAgain();
        } else if (what == 1) {
            new LookBack(recorder, device, ROOMS.get(chance.nextInt(2))).begin();
        } else if (what < 11) {
            device.say(ROOMS.get(chance.nextInt(2)));
        } else {
            String friend = FRIENDS.get(chance.nextInt(3));
            if (!friend.equals(device.user())) {
                device.say(device.user() + '.' + friend);
            }
        }
    }

    /** Eve tries what is not hers. */
    private void pry(Device eve) {
        var client = eve.client();
        if (client == null) {
            return;
        }
        String channel = chance.nextBoolean() ? "ann.bob" : "@ann";
        CompletionStage<?> attempt = switch (chance.nextInt(3)) {
            case 0 -> client.subscribe(channel);
            case 1 -> client.history(channel, 10);
            default -> client.publish(channel, "forged");
        };
        attempt.whenComplete((allowed, failure) -> {
            Outcome outcome = failure == null
                    ? Outcome.OK
                    : Device.code(failure).retry() == ErrorCode.Retry.NEVER ? Outcome.FAIL : Outcome.INFO;
            recorder.add(eve.name(), outcome, Act.PRY, Subject.of(channel), "something in " + channel);
        });
    }

    private void settle() {
        boolean quiet = world.passUntil(
                SETTLING, () -> world.server.isRunning() && devices.stream().allMatch(Device::isQuiet));
        if (quiet) {
            quiet = world.passUntil(SETTLING, () -> devices.stream().allMatch(this::hasEverything));
        }
        if (!quiet) {
            devices.forEach(device -> faults.add("not settled after ten minutes: " + device.state()));
        }
    }

    private boolean hasEverything(Device device) {
        List<String> channels = new ArrayList<>(device.rooms());
        channels.addAll(conversationsOf(device.user()));
        return channels.stream()
                .allMatch(channel ->
                        device.has(channel) >= log(channel, null, 0).tail().offset());
    }

    private History log(String channel, @Nullable Position after, int limit) {
        ChannelName name = ChannelName.parse(channel).orElseThrow();
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

    private void read(String user, String channel) {
        String reader = user + "/last-" + channel;
        recorder.add(reader, Outcome.INVOKE, Act.READ, Subject.of(channel));
        Position at = new Position(log(channel, null, 0).tail().epoch(), 0);
        History page = log(channel, at, 300);
        while (!page.publications().isEmpty()) {
            for (Publication each : page.publications()) {
                recorder.add(reader, Outcome.OK, Act.ENTRY, subject(channel, each), origin(each));
                at = each.position();
            }
            page = log(channel, at, 300);
        }
        recorder.add(reader, Outcome.OK, Act.READ, Subject.of(channel, page.tail()));
    }

    private static Subject subject(String channel, Publication publication) {
        Publication.Entry entry = publication.entry();
        String text = entry.body().substring(1, entry.body().length() - 1);
        return new Subject(channel, entry.id(), entry.publisher().value(), publication.position(), Event.hash(text));
    }

    private static String origin(Publication publication) {
        Publication.Origin origin = publication.origin();
        return origin == null
                ? ""
                : origin.channel().canonical() + ' ' + origin.position().offset();
    }

    /** Sees every frame that reaches a client, and every end that the server makes. */
    private final class Witness implements Network.Witness {
        /** What was refused may be overtaken, also if nobody hears of the refusal. */
        @Override
        public void sent(String client, Frame frame) {
            String text = frame.toString();
            Matcher refusal = REFUSED.matcher(text);
            if (text.contains("reply.error") && refusal.find()) {
                devices.stream()
                        .filter(device -> device.name().equals(client))
                        .forEach(device -> device.displaced(refusal.group(1), refusal.group(2)));
            }
        }

        @Override
        public void told(String client, Frame frame) {
            String text = frame.toString();
            String user = client.substring(0, client.indexOf('/'));
            Matcher secret = PRIVATE.matcher(text);
            while (text.contains(SECRET) && secret.find()) {
                if (!secret.group(1).equals(user) && !secret.group(2).equals(user)) {
                    recorder.add(client, Outcome.OK, Act.HEAR, Subject.NONE, secret.group());
                }
            }
        }

        @Override
        public void closed(String client, CloseReason reason) {
            boolean ours = reason.code() == CloseReason.PROTOCOL.code()
                    || reason.code() == CloseReason.NOT_ALLOWED.code()
                    || reason.code() == CloseReason.TOO_MANY.code()
                    || reason.code() == CloseReason.INTERNAL.code();
            if (ours) {
                faults.add(client + " was closed by the server: " + reason);
            }
        }
    }
}
