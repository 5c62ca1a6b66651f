package dev.mirror.simulation;

import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.client.ChannelEvent;
import dev.mirror.client.Chat;
import dev.mirror.client.ClientBuilder;
import dev.mirror.client.ClientState;
import dev.mirror.client.MirrorClient;
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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
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
    private final Voice voice;
    private final Marking marking;
    private final Absences absences;
    private final @Nullable Viewer viewer;
    private final Map<String, Long> has = new HashMap<>();
    private final Set<String> thrown = new HashSet<>();
    private @Nullable MemoryCheckpoint checkpoint; // of the last process
    private @Nullable Machine machine;
    private @Nullable MirrorClient client;
    private String token = "";

    /**
     * What a device is like.
     *
     * @param name the user, a slash, and a name for the device
     * @param rooms that it listens to
     * @param epoch of the log
     * @param keeps whether it has a checkpoint that survives it
     * @param parallel whether its handlers run on several threads
     * @param tokenLife how long its tokens count; {@code null} for ever
     * @param shows a channel that it shows; {@code null} for none
     * @param loud whether it says so much at once that it fills what is bounded in bytes
     */
    record Plan(
            String name,
            List<String> rooms,
            String epoch,
            boolean keeps,
            boolean parallel,
            @Nullable Duration tokenLife,
            @Nullable ChannelName shows,
            boolean loud) {
        String user() {
            return name.substring(0, name.indexOf('/'));
        }
    }

    Device(World world, Recorder recorder, Gauge gauge, Plan plan) {
        this.world = world;
        this.recorder = recorder;
        this.plan = plan;
        this.chance = world.chance.split();
        this.marking = new Marking(recorder, plan.name);
        this.absences = new Absences(recorder, world.chance.split(), this);
        this.viewer = plan.shows == null ? null : new Viewer(recorder, plan.name, plan.shows, plan.epoch);
        this.voice = new Voice(recorder, gauge, world.chance.split(), new Voice.Kind(plan.name, plan.loud));
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
                .onAmendment((amendment, chat) -> handle(amendment.event(), chat))
                .onMark((mark, chat) -> marking.heard(mark))
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
        voice.begin(made, next);
        if (viewer != null) {
            viewer.begin(made, next);
        }
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
        absences.begin(before == null);
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
                    voice.ended();
                    marking.ended();
                    if (viewer != null) {
                        viewer.ended();
                    }
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
                new Subject(channel, event.id(), event.publisher().value(), event.position(), Event.hash(event.data()));
        recorder.add(plan.name, Outcome.OK, Act.DELIVER, subject);
        has.merge(channel, event.position().offset(), Math::max);
        if (event.channel().kind() == ChannelKind.DIRECT && chance.nextInt(4) == 0) {
            marking.read(chat.client(), event.channel(), event.position());
        }
    }

    private void gap(ChannelName channel, Position position) {
        recorder.add(
                plan.name, Outcome.OK, Act.SUBSCRIBE, Subject.of(channel.canonical(), position), Event.UNRECOVERED);
    }

    /** Says things. */
    Voice voice() {
        return voice;
    }

    /** What a future of the client failed with. */
    static ErrorCode code(@Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof MirrorException known) {
            return known.code();
        }
        throw new AssertionError("the client fails with something else", failure);
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

    /** Amends something that it heard in a channel. */
    void amend(ChannelName channel) {
        long heard = has(channel.canonical());
        if (heard > 0) {
            voice.amend(channel, new Position(plan.epoch, 1 + chance.nextLong(heard)));
        }
    }

    /** Stops listening to a room for a while. */
    void stopListening(String room) {
        if (client != null && machine != null && plan.rooms.contains(room)) {
            absences.leave(room, client, machine);
        }
    }

    /** What it shows, if it shows anything. */
    @Nullable
    Viewer viewer() {
        return viewer;
    }

    Marking marking() {
        return marking;
    }

    /** Leaves for good. */
    void leave() {
        if (client != null) {
            client.close();
        }
    }

    /** Whether it is connected and has nothing to say. */
    boolean isQuiet() {
        return client != null
                && client.state() == ClientState.CONNECTED
                && voice.isDone()
                && marking.isDone()
                && absences.isOver();
    }

    /** Where it stands, for people. */
    String state() {
        return plan.name + (client == null ? " is down" : " is " + client.state()) + ", " + voice.waiting()
                + " unanswered";
    }
}
