package dev.mirror.simulation;

import dev.mirror.client.ClientBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A mirror in which a bot can be tested against everything that goes wrong: the real hub, log and client, with no socket,
 * no thread and no waiting. Time passes when the test lets it, and a seed makes every run the same.
 *
 * <pre>{@code
 * try (Simulation world = new Simulation(1)) {
 *     Player bot = world.bot("greeter", "lobby", Greeter::describe);
 *     Player alice = world.player("alice", "lobby");
 *     alice.says("hi");
 *     world.network().cut("greeter", true, true);
 *     world.pass(Duration.ofMinutes(5));
 *     world.network().heal();
 *     bot.shouldReply("hello");
 * }
 * }</pre>
 *
 * <p>What a test expects and does not get is an {@link AssertionError} with the seed and with everything that happened.
 * For one thread.
 */
public final class Simulation implements AutoCloseable {
    private final long seed;
    private final World world;
    private final List<Player> players = new ArrayList<>();

    /** A world in which the server runs and nothing is broken. */
    public Simulation(long seed) {
        this.seed = Long.getLong("mirror.seed", seed);
        this.world = new World(this.seed, true, new Network.Witness() {}); // the transcript has it all
        world.server.start();
    }

    /** A user at a keyboard, connected, in this room. */
    public Player player(String name, String room) {
        return bot(name, room, builder -> builder.onChannel(room, (message, chat) -> {}));
    }

    /**
     * A bot, connected.
     *
     * @param name of its user
     * @param room where {@link Player#says} speaks
     * @param bot describes it; the way to the server and the log-in are there already
     */
    public Player bot(String name, String room, UnaryOperator<ClientBuilder> bot) {
        Player player = new Player(this, world, new Player.Part(name, room), bot);
        players.add(player);
        player.connect();
        return player;
    }

    /** The network, to break it. */
    public Network network() {
        return world.network;
    }

    /** The server, to end it and to start it. */
    public Server server() {
        return world.server;
    }

    /** Lets time pass, with everything that it brings. */
    public void pass(Duration time) {
        world.time.advance(time);
    }

    /** Somebody sets the clock of the server forward or back. */
    public void setClock(Duration by) {
        world.time.jump(by);
    }

    /** Everything that happened, a line each. */
    public List<String> transcript() {
        return world.transcript.lines();
    }

    AssertionError failure(String sentence) {
        return new AssertionError(sentence + " (-Dmirror.seed=" + seed + ")\n" + String.join("\n", transcript()));
    }

    /** Everybody leaves. */
    @Override
    public void close() {
        players.forEach(Player::close);
        world.time.runAll();
        world.close();
    }
}
