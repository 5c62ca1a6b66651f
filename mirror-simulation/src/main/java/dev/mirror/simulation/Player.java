package dev.mirror.simulation;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mirror.client.ClientBuilder;
import dev.mirror.client.ClientState;
import dev.mirror.client.MirrorClient;
import dev.mirror.client.checkpoint.Start;
import dev.mirror.identity.UserId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.UnaryOperator;

/** Somebody in a {@link Simulation}: a user at a keyboard, or a bot. What they say and hear is kept until it was asked for. */
public final class Player {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Simulation simulation;
    private final World world;
    private final Part part;
    private final MirrorClient client;
    private final MirrorClient ears;
    private final Deque<String> said = new ArrayDeque<>();
    private final Deque<String> heard = new ArrayDeque<>();

    /**
     * Who somebody is.
     *
     * @param name of the user
     * @param room where the user speaks
     */
    record Part(String name, String room) {}

    Player(Simulation simulation, World world, Part part, UnaryOperator<ClientBuilder> description) {
        this.simulation = simulation;
        this.world = world;
        this.part = part;
        this.client = description.apply(builder("1")).build();
        this.ears = builder("ears")
                .startAt(Start.LATEST)
                .onOwn((event, chat) -> said.add(event.text()))
                .onDirect((event, chat) -> heard.add(event.text()))
                .onChannel(part.room, (event, chat) -> heard.add(event.text()))
                .build();
    }

    private ClientBuilder builder(String device) {
        Machine machine = new Machine(world.time);
        return world.client(
                part.name + '/' + device,
                machine,
                () -> world.logIn(part.name, machine, () -> world.users.token(part.name)));
    }

    void connect() {
        ears.connect();
        client.connect();
        if (!world.passUntil(PATIENCE, () -> isConnected(ears) && isConnected(client))) {
            throw simulation.failure(part.name + " cannot connect");
        }
    }

    private static boolean isConnected(MirrorClient one) {
        return one.state() == ClientState.CONNECTED;
    }

    /** The name. */
    public String name() {
        return part.name;
    }

    /** Whether the client is connected now. */
    public ClientState state() {
        return client.state();
    }

    /** The client itself, for what is not here. */
    public MirrorClient client() {
        return client;
    }

    /** Says something in the room. Nothing happens yet: time passes when somebody waits for something. */
    @CanIgnoreReturnValue
    public Player says(String text) {
        client.publish(part.room, text);
        return this;
    }

    /** Says something to somebody in private. */
    @CanIgnoreReturnValue
    public Player tells(Player other, String text) {
        client.direct(new UserId(other.part.name), text);
        return this;
    }

    /** The next thing that this one says, in the room or in private, is this; time passes until then. */
    public void shouldReply(String text) {
        expect(said, "say", text);
    }

    /** The next thing that this one hears, in the room or in private, is this; time passes until then. */
    public void shouldHear(String text) {
        expect(heard, "hear", text);
    }

    /** For so long this one says nothing more than what was asked for before. */
    public void shouldStaySilent(Duration time) {
        world.time.advance(time);
        if (!said.isEmpty()) {
            throw simulation.failure(part.name + " should stay silent, but said \"" + said.element() + '"');
        }
    }

    private void expect(Deque<String> queue, String verb, String text) {
        world.passUntil(PATIENCE, () -> !queue.isEmpty());
        String next = queue.poll();
        if (!text.equals(next)) {
            String instead = next == null ? "there was nothing" : "it was \"" + next + '"';
            throw simulation.failure(part.name + " should " + verb + " \"" + text + "\", but " + instead);
        }
    }

    void close() {
        client.close();
        ears.close();
    }
}
