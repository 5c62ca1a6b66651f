package dev.mirror.simulation;

import dev.mirror.simulation.history.Event.Act;
import dev.mirror.simulation.history.Event.Outcome;
import dev.mirror.simulation.history.Event.Subject;
import dev.mirror.sql.MemoryDatabase.Commit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Breaks things, as its seed says. Each seed has a few kinds of faults and a pace of its own, so that some runs are nearly
 * quiet and in others everything breaks at once.
 */
final class Chaos {
    private static final List<Commit> FAILED_COMMITS =
            List.of(Commit.FULL, Commit.REFUSED, Commit.LOST, Commit.UNANSWERED);

    private final World world;
    private final Recorder recorder;
    private final List<Device> devices;
    private final SplittableRandom chance;
    private final Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    private final int paceMillis;
    private boolean over;

    /** What can break. */
    enum Kind {
        CUT,
        ONE_WAY_CUT,
        RESET,
        STALL,
        DELAY,
        GHOST,
        KILL,
        POWER,
        RESTART,
        SLOW_DISK,
        FAILED_COMMITS,
        STORE_AWAY,
        UNSAFE_DISK,
        CLOCK,
        REVOKED,
        CRASH
    }

    Chaos(World world, Recorder recorder, List<Device> devices) {
        this.world = world;
        this.recorder = recorder;
        this.devices = devices;
        this.chance = world.chance.split();
        List<Kind> all = new ArrayList<>(List.of(Kind.values()));
        int count = 1 + chance.nextInt(6);
        for (int i = 0; i < count; i++) {
            kinds.add(all.remove(chance.nextInt(all.size())));
        }
        paceMillis = 500 + chance.nextInt(8_000);
    }

    boolean has(Kind... some) {
        return List.of(some).stream().anyMatch(kinds::contains);
    }

    Set<Kind> kinds() {
        return kinds;
    }

    void begin() {
        world.time.schedule(Duration.ofMillis(chance.nextInt(2 * paceMillis)), () -> {
            if (!over) {
                List<Kind> all = List.copyOf(kinds);
                Kind kind = all.get(chance.nextInt(all.size()));
                recorder.add("world/chaos", Outcome.OK, Act.FAULT, Subject.NONE, kind.name());
                happens(kind);
                begin();
            }
        });
    }

    private void happens(Kind kind) {
        Device victim = devices.get(chance.nextInt(devices.size()));
        switch (kind) {
            case CUT, ONE_WAY_CUT -> cut(victim, kind == Kind.CUT ? 2 : chance.nextInt(2));
            case RESET -> world.network.reset(victim.user());
            case STALL -> {
                world.network.stall(victim.user(), true);
                later(60_000, () -> world.network.stall(victim.user(), false));
            }
            case DELAY -> {
                world.network.delay(millis(3_000));
                later(20_000, () -> world.network.delay(Duration.ofMillis(10)));
            }
            case GHOST -> {
                world.network.ghosts(0.5);
                world.network.reset(victim.user());
            }
            case KILL -> world.server.crash(1 + chance.nextInt(60), false, millis(8_000));
            case POWER -> world.server.crash(1 + chance.nextInt(60), true, millis(40_000));
            case RESTART -> world.server.restart(millis(5_000));
            case CLOCK -> jump();
            case REVOKED -> {
                world.users.revoke(victim.token());
                world.server.revoke(victim.user());
            }
            case CRASH -> victim.crash(1 + chance.nextInt(40));
            default -> breakStore(kind);
        }
    }

    private void cut(Device victim, int way) {
        boolean up = way != 1;
        boolean down = way != 0;
        if (chance.nextInt(3) == 0) {
            world.network.cut(up, down);
            later(50_000, world.network::heal);
        } else {
            world.network.cut(victim.user(), up, down);
            later(50_000, () -> world.network.heal(victim.user()));
        }
    }

    private void breakStore(Kind kind) {
        switch (kind) {
            case SLOW_DISK -> {
                world.server.slowDisk(millis(7_000));
                later(20_000, () -> world.server.slowDisk(Duration.ofMillis(2)));
            }
            case FAILED_COMMITS -> {
                int often = 1 + chance.nextInt(8);
                Commit fate = FAILED_COMMITS.get(chance.nextInt(FAILED_COMMITS.size()));
                world.server.disk().commits(() -> chance.nextInt(often) == 0 ? fate : Commit.DONE);
                later(10_000, () -> world.server.disk().commits(() -> Commit.DONE));
            }
            case UNSAFE_DISK -> {
                Commit fate = chance.nextBoolean() ? Commit.UNSAFE : Commit.UNSAFE_BUT_DONE;
                world.server.disk().commits(() -> {
                    world.server.disk().commits(() -> Commit.DONE);
                    return fate;
                });
            }
            default -> {
                world.server.disk().setAway(true);
                later(20_000, () -> world.server.disk().setAway(false));
            }
        }
    }

    private void jump() {
        long millis = chance.nextInt(8) == 0 ? 100_000_000_000L : chance.nextInt(3) == 0 ? 3_600_000 : 90_000;
        Duration by = Duration.ofMillis(chance.nextLong(millis));
        world.network.note("clock", "jumps by " + by);
        world.time.jump(chance.nextBoolean() ? by : by.negated());
    }

    private Duration millis(int most) {
        return Duration.ofMillis(1 + chance.nextInt(most));
    }

    private void later(int mostMillis, Runnable end) {
        world.time.schedule(millis(mostMillis), () -> {
            if (!over) {
                end.run();
            }
        });
    }

    /** Breaks nothing more, and mends what is broken. */
    void end() {
        over = true;
        world.server.spare();
        devices.forEach(Device::spare);
        world.network.heal();
        world.network.delay(Duration.ofMillis(10));
        world.network.ghosts(0);
        world.server.slowDisk(Duration.ofMillis(2));
        world.server.disk().commits(() -> Commit.DONE);
        world.server.disk().setAway(false);
    }
}
