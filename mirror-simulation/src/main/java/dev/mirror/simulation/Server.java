package dev.mirror.simulation;

import dev.mirror.hub.Mirror;
import dev.mirror.hub.Session;
import dev.mirror.identity.Credentials;
import dev.mirror.identity.UserId;
import dev.mirror.memory.MemoryPresence;
import dev.mirror.memory.MemoryRelayStore;
import dev.mirror.message.CloseReason;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Protocol;
import dev.mirror.spi.Broker;
import dev.mirror.spi.Connection;
import dev.mirror.sql.LogOptions;
import dev.mirror.sql.MemoryDatabase;
import dev.mirror.sql.SqlLog;
import dev.mirror.sql.SqlStore;
import dev.mirror.sql.Surroundings;
import dev.mirror.testkit.fake.StaticAuthenticator;
import dev.mirror.testkit.time.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The one server of a {@link Simulation}: the hub over the durable log, on a disk of its own. A process of it can be
 * killed between any two of its steps, and the next one finds what was committed.
 */
public final class Server {
    private static final Duration DRAINED = Duration.ofSeconds(10);

    private final VirtualTime time;
    private final RandomGenerator chance;
    private final Transcript transcript;
    private final StaticAuthenticator users;
    private final MemoryDatabase disk = new MemoryDatabase();
    /** Stands for the table of requests of version 1, which is part of the accounts' store. */
    private final MemoryRelayStore relays = new MemoryRelayStore();

    private @Nullable Network network; // set once, before anything starts
    private @Nullable Life process;
    private boolean powered = true; // whether the machine answers at all
    private boolean stopped; // by hand: nobody starts it again
    private int slowestMillis = 2; // of the disk

    /** What lives and dies together. */
    private record Life(Machine machine, List<Executor> lanes, SqlStore store, SqlLog log, Mirror mirror) {}

    Server(VirtualTime time, RandomGenerator chance, Transcript transcript, StaticAuthenticator users) {
        this.time = time;
        this.chance = chance;
        this.transcript = transcript;
        this.users = users;
    }

    void connect(Network way) {
        network = way;
    }

    Link.Host host() {
        return new Link.Host() {
            @Override
            public boolean listens() {
                return process != null;
            }

            @Override
            public boolean answers() {
                return powered;
            }

            @Override
            public Executor lane() {
                return running().lanes.get(chance.nextInt(running().lanes.size()));
            }

            @Override
            public Session open(Connection connection, Executor lane, Protocol protocol, String token) {
                return running().mirror.open(connection, lane, protocol, new Credentials.Token(token));
            }
        };
    }

    private Life running() {
        Life current = process;
        if (current == null) {
            throw new IllegalStateException("the server does not run");
        }
        return current;
    }

    /** Starts a process, if none runs. One that cannot start is started again a second later. */
    public void start() {
        powered = true;
        stopped = false;
        if (process == null) {
            Machine machine = new Machine(time);
            try {
                process = begin(machine);
                note("runs");
            } catch (MirrorException refused) {
                machine.kill();
                note("cannot start: " + refused.getMessage());
                startAgain(Duration.ofSeconds(1));
            }
        }
    }

    private Life begin(Machine machine) {
        Opening opening = new Opening(machine.workers(this::latency));
        SqlStore store = disk.open(new Surroundings(time, new Chance(chance), opening));
        SqlLog log = store.log(LogOptions.STANDARD, machine, fault -> unsafe(machine));
        opening.isOver = true;
        Mirror mirror = Mirror.builder()
                .broker(log)
                .authenticator(users)
                .conversations(log.conversations())
                .presence(new MemoryPresence(machine))
                .relays(relays)
                .clock(time)
                .random(chance)
                .scheduler(machine)
                .build();
        return new Life(machine, List.of(machine.lane(), machine.lane()), store, log, mirror);
    }

    /** Whoever opens a store waits for it, so that what is done for that is done at once. */
    private static final class Opening implements Executor {
        private final Executor workers;
        private boolean isOver;

        Opening(Executor workers) {
            this.workers = workers;
        }

        @Override
        public void execute(Runnable task) {
            if (isOver) {
                workers.execute(task);
            } else {
                task.run();
            }
        }
    }

    private Duration latency() {
        return Duration.ofNanos(chance.nextLong(slowestMillis * 1_000_000L));
    }

    /** The disk cannot be relied on any more: the process ends, as mirror-server's does. */
    private void unsafe(Machine machine) {
        note("does not trust its disk any more");
        machine.after(1, () -> {
            end(machine, false);
            startAgain(Duration.ofSeconds(1));
        });
    }

    /** Ends the process without a word, as {@code kill -9} does, and leaves it so. */
    public void kill() {
        stopped = true;
        Life current = process;
        if (current != null) {
            end(current.machine, false);
        }
    }

    /**
     * Ends the process in the middle of something, and starts the next one after a while.
     *
     * @param tasks so many tasks later
     * @param silently whether the machine goes too, so that nobody is told
     */
    void crash(long tasks, boolean silently, Duration away) {
        Life current = process;
        if (current != null) {
            current.machine.after(tasks, () -> {
                end(current.machine, silently);
                startAgain(away);
            });
        }
    }

    /** A crash that was planned and has not come does not come. */
    void spare() {
        if (process != null) {
            process.machine.spare();
        }
    }

    private void startAgain(Duration away) {
        time.schedule(away, () -> {
            if (!stopped) {
                start();
            }
        });
    }

    private void end(Machine machine, boolean silently) {
        machine.kill();
        Life current = process;
        if (current != null && current.machine == machine) {
            note(silently ? "loses power" : "is killed");
            process = null;
            powered = !silently;
            disk.crash();
            if (network != null) {
                network.serverEnded(silently);
            }
        }
    }

    /** Ends the process as SIGTERM does: everybody is answered and sent away; the next one starts after a while. */
    void restart(Duration away) {
        Life current = process;
        if (current != null) {
            note("is asked to end");
            long began = time.nanos();
            current.mirror.drain().whenComplete((done, failure) -> awaitEnd(current, began, away));
        }
    }

    private void awaitEnd(Life current, long began, Duration away) {
        time.schedule(Duration.ofMillis(100), () -> {
            boolean waits = current.machine.isWorking() && time.nanos() - began < DRAINED.toNanos();
            if (process == null || process.machine != current.machine) {
                return;
            }
            if (waits) {
                awaitEnd(current, began, away);
                return;
            }
            if (!current.machine.isWorking()) {
                current.log.close();
                current.store.close();
            }
            end(current.machine, false);
            startAgain(away);
        });
    }

    /** Every log-in of a user has ended; whoever tells the hub does so now. */
    void revoke(String user) {
        if (process != null) {
            process.mirror.disconnect(new UserId(user), principal -> true, CloseReason.AUTH_REVOKED);
        }
    }

    /** The log of the process that runs. */
    Broker log() {
        return running().log;
    }

    /** What the hub of the process that runs has to do. */
    Mirror.Stats.Now load() {
        return running().mirror.stats().now();
    }

    boolean isRunning() {
        return process != null;
    }

    /** What the log is kept on. */
    MemoryDatabase disk() {
        return disk;
    }

    /** From now on the disk takes up to this long. */
    void slowDisk(Duration longest) {
        slowestMillis = (int) Math.max(1, longest.toMillis());
    }

    void close() {
        stopped = true;
        Life current = process;
        if (current != null) {
            current.machine.kill();
            process = null;
        }
        disk.close();
    }

    private void note(String what) {
        transcript.add("server", what);
    }
}
