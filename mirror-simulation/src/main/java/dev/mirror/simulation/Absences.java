package dev.mirror.simulation;

import dev.mirror.client.MirrorClient;
import dev.mirror.message.Position;
import dev.mirror.simulation.history.Event.Act;
import dev.mirror.simulation.history.Event.Outcome;
import dev.mirror.simulation.history.Event.Subject;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/** A device stops listening to a room for a while, hears nothing of it then, and goes on where it had come to. */
final class Absences {
    /** What was taken before is handled by then, also by a handler that fails once. */
    private static final Duration HANDLED = Duration.ofSeconds(5);

    private final Recorder recorder;
    private final SplittableRandom chance;
    private final Device device;
    private final Set<String> leaving = new HashSet<>(); // what was taken may still be handled
    private final Set<String> away = new TreeSet<>();

    Absences(Recorder recorder, SplittableRandom chance, Device device) {
        this.recorder = recorder;
        this.chance = chance;
        this.device = device;
    }

    /** Leaves a room that it has heard something of. */
    void leave(String room, MirrorClient client, Machine machine) {
        if (device.has(room) > 0 && !away.contains(room) && leaving.add(room)) {
            client.unsubscribe(room);
            machine.schedule(HANDLED, () -> {
                leaving.remove(room);
                away.add(room);
                recorder.add(device.name(), Outcome.OK, Act.LEAVE, Subject.of(room));
                machine.schedule(Duration.ofMillis(chance.nextInt(15_000)), () -> {
                    if (away.contains(room)) {
                        comeBack(room);
                        client.subscribe(room, new Position(device.epoch(), device.has(room)));
                    }
                });
            });
        }
    }

    private void comeBack(String room) {
        away.remove(room);
        Position position = new Position(device.epoch(), device.has(room));
        recorder.add(device.name(), Outcome.OK, Act.SUBSCRIBE, Subject.of(room, position));
    }

    /** A process begins, which listens to everything: where it was, or from the beginning. */
    void begin(boolean anew) {
        leaving.clear();
        if (anew) {
            away.clear();
        } else {
            List.copyOf(away).forEach(this::comeBack);
        }
    }

    /** Whether it listens to everything. */
    boolean isOver() {
        return leaving.isEmpty() && away.isEmpty();
    }
}
