package dev.mirror.bench.faults;

import java.io.IOException;
import java.time.Duration;

/** F22: the process stands still, as in a long collection of garbage or a machine that is moved, and goes on. */
final class Freeze implements Fault {
    private static final int LONG_MILLIS = 20_000;
    private static final Duration BACK = Duration.ofSeconds(5);

    @Override
    public void happen(Scene scene) throws IOException {
        signal("-STOP", scene);
        boolean longer = scene.full() && scene.random().nextInt(3) == 0;
        Scene.pause(longer ? LONG_MILLIS : scene.millis(300, 2_500));
        signal("-CONT", scene);
        Vitals vitals = scene.vitals();
        long millis = Scene.millisUntil(BACK.multipliedBy(2), () -> vitals.connections() >= 0);
        scene.measure("I9 ms from the thaw to the first answer", millis, BACK.toMillis());
    }

    private static void signal(String which, Scene scene) throws IOException {
        long pid = scene.server().process().pid();
        Tools.run("kill", which, Long.toString(pid));
    }
}
