package dev.mirror.simulation;

import dev.mirror.channel.ChannelName;
import dev.mirror.client.ChannelEvent;
import dev.mirror.client.Chat;
import dev.mirror.client.ClientBuilder;
import dev.mirror.client.ClientState;
import dev.mirror.client.MirrorClient;
import dev.mirror.client.Receipt;
import dev.mirror.client.checkpoint.MemoryCheckpoint;
import dev.mirror.client.checkpoint.Start;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.simulation.history.Event;
import dev.mirror.simulation.history.Event.Act;
import dev.mirror.simulation.history.Event.Outcome;
import dev.mirror.simulation.history.Event.Subject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One program of a user: it says things until they are stored, and writes down what it is told. It can crash; the next
 * process of it says again what it has no answer for, and continues where its checkpoint stands.
 */
final class Device {
    private final World world;
    private final Recorder recorder;
    private final Plan plan;
    private final SplittableRandom chance;
    private final Map<String, Said> pending = new LinkedHashMap<>();
    private final List<Said> stored = new ArrayList<>();
    private final Map<String, Long> has = new HashMap<>();
    private final Set<String> thrown = new HashSet<>();
    private @Nullable MemoryCheckpoint checkpoint; // of the last process
    private @Nullable Machine machine;
    private @Nullable MirrorClient client;
    private String token = "";
    private int number;

    /**
     * What a device is like.
     *
     * @param name the user, a slash, and a name for the device
     * @param rooms that it listens to
     * @param epoch of the log
     * @param keeps whether it has a checkpoint that survives it
     * @param parallel whether its handlers run on several threads
     * @param tokenLife how long its tokens count; {@code null} for ever
     */
    record Plan(
            String name,
            List<String> rooms,
            String epoch,
            boolean keeps,
            boolean parallel,
            @Nullable Duration tokenLife) {
        String user() {
            return name.substring(0, name.indexOf('/'));
        }
    }

    private record Said(String id, ChannelName channel, String text, Subject subject) {}

    Device(World world, Recorder recorder, Plan plan) {
        this.world = world;
        this.recorder = recorder;
        this.plan = plan;
        this.chance = world.chance.split();
    }

    String name() {
        return plan.name;
    }

    String user() {
        return plan.user();
    }

    /** A process begins. */
    void start() {
        if (machine != null) {
            return;
        }
        Machine next = new Machine(world.time);
        machine = next;
        ClientBuilder builder = world.client(plan.name, next, () -> world.logIn(user(), next, () -> newToken()))
                .startAt(Start.EARLIEST)
                .redelivery(20, Duration.ofMillis(200), Duration.ofSeconds(1))
                .onDirect(this::handle)
                .onOwn(this::handle)
                .onGap((gap, chat) -> gap(gap.channel(), gap.position()))
                .onFailure(failure -> {})
                .onState(change -> world.network.note(
                        plan.name, change.to() + ", " + change.reason().name()));
        plan.rooms.forEach(room -> builder.onChannel(room, this::handle));
        if (plan.parallel) {
            builder.executor(next.workers(() -> Duration.ofMillis(chance.nextInt(20))));
        }
        begin(builder);
        MirrorClient made = builder.build();
        client = made;
        made.connect();
        List.copyOf(pending.values()).forEach(this::ask);
    }

    /** With a checkpoint it goes on where it was; without it begins at the beginning. */
    private void begin(ClientBuilder builder) {
        MemoryCheckpoint before = checkpoint;
        if (before == null) {
            recorder.add(plan.name, Outcome.INFO, Act.LEAVE, Subject.NONE);
            has.clear();
        }
        if (plan.keeps) {
            MemoryCheckpoint kept = before == null ? new MemoryCheckpoint() : before;
            kept.close(); // as the system does for a process that ended
            checkpoint = kept;
            builder.checkpoint(kept);
        }
        if (before == null) {
            List<String> channels = new ArrayList<>(plan.rooms);
            channels.addAll(SeedRun.conversationsOf(user()));
            channels.forEach(channel -> recorder.add(
                    plan.name, Outcome.OK, Act.SUBSCRIBE, Subject.of(channel, new Position(plan.epoch, 0))));
        }
    }

    private String newToken() {
        token = world.users.token(user(), plan.tokenLife);
        return token;
    }

    /** The log-in behind the last token. */
    String token() {
        return token;
    }

    /** The process ends in the middle of something. */
    void crash(long tasks) {
        Machine current = machine;
        if (current != null) {
            current.after(tasks, () -> {
                if (machine == current) {
                    world.network.note(plan.name, "crashes");
                    current.kill();
                    machine = null;
                    client = null;
                    world.network.clientEnded(plan.name);
                    pending.values().forEach(said -> recorder.add(plan.name, Outcome.INFO, Act.PUBLISH, said.subject));
                    world.time.schedule(Duration.ofMillis(chance.nextInt(5_000)), this::start);
                }
            });
        }
    }

    /** A crash that was planned and has not come does not come. */
    void spare() {
        if (machine != null) {
            machine.spare();
        }
    }

    private void handle(ChannelEvent event, Chat chat) {
        String channel = event.channel().canonical();
        if (chance.nextInt(64) == 0 && thrown.add(channel + event.position().offset())) {
            throw new IllegalStateException("this handler fails now and then");
        }
        Subject subject =
                new Subject(channel, event.id(), event.publisher().value(), event.position(), Event.hash(event.text()));
        recorder.add(plan.name, Outcome.OK, Act.DELIVER, subject);
        has.merge(channel, event.position().offset(), Math::max);
    }

    private void gap(ChannelName channel, Position position) {
        recorder.add(
                plan.name, Outcome.OK, Act.SUBSCRIBE, Subject.of(channel.canonical(), position), Event.UNRECOVERED);
    }

    /** Says something new. */
    void say(String channel) {
        ChannelName name = ChannelName.parse(channel).orElseThrow();
        String id = plan.name.replace('/', '-') + '-' + ++number;
        say(id, name);
    }

    private void say(String id, ChannelName name) {
        String canonical = name.canonical();
        boolean isRoom = canonical.indexOf('.') < 0;
        String text = (isRoom ? "public:" : SeedRun.SECRET + canonical + ":") + Long.toHexString(chance.nextLong());
        Subject subject = new Subject(canonical, id, user(), null, Event.hash(text));
        Said said = new Said(id, name, text, subject);
        pending.put(id, said);
        ask(said);
    }

    /** Says again what was stored, or something else under its id. */
    void sayAgain() {
        if (!stored.isEmpty()) {
            Said old = stored.get(chance.nextInt(stored.size()));
            if (!pending.containsKey(old.id)) {
                if (chance.nextInt(4) == 0) {
                    say(old.id, old.channel);
                } else {
                    pending.put(old.id, old);
                    ask(old);
                }
            }
        }
    }

    private void ask(Said said) {
        MirrorClient current = client;
        Machine asking = machine;
        if (current != null && asking != null) {
            recorder.add(plan.name, Outcome.INVOKE, Act.PUBLISH, said.subject);
            CompletionStage<Receipt> answer = current.publish(said.channel.toString(), said.id, (Object) said.text);
            answer.whenComplete((receipt, failure) -> answered(asking, said, receipt, failure));
        }
    }

    private void answered(Machine asking, Said said, @Nullable Receipt receipt, @Nullable Throwable failure) {
        if (receipt != null) {
            recorder.add(plan.name, Outcome.OK, Act.PUBLISH, said.subject.at(receipt.position()));
            pending.remove(said.id, said);
            stored.add(said);
            return;
        }
        ErrorCode code = code(failure);
        boolean never = code.retry() == ErrorCode.Retry.NEVER;
        recorder.add(plan.name, never ? Outcome.FAIL : Outcome.INFO, Act.PUBLISH, said.subject, code.wire());
        if (never) {
            pending.remove(said.id, said);
        } else {
            asking.schedule(Duration.ofMillis(500 + chance.nextInt(2_000)), () -> ask(said));
        }
    }

    /** What a future of the client failed with. */
    static ErrorCode code(@Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof MirrorException known) {
            return known.code();
        }
        throw new AssertionError("the client fails with something else", failure);
    }

    /** The server refused something for the time being: the client asks again, and what came later may overtake it. */
    void displaced(String id, String error) {
        Said said = pending.get(id);
        if (said != null) {
            recorder.add(plan.name, Outcome.INFO, Act.PUBLISH, said.subject, error);
        }
    }

    /** The client of the process that runs. */
    @Nullable
    MirrorClient client() {
        return client;
    }

    /** How far it was told. */
    long has(String channel) {
        return has.getOrDefault(channel, 0L);
    }

    String epoch() {
        return plan.epoch;
    }

    List<String> rooms() {
        return plan.rooms;
    }

    /** Whether it is connected and has nothing to say. */
    boolean isQuiet() {
        return client != null && client.state() == ClientState.CONNECTED && pending.isEmpty();
    }

    /** Where it stands, for people. */
    String state() {
        return plan.name + (client == null ? " is down" : " is " + client.state()) + ", " + pending.size()
                + " unanswered";
    }
}
