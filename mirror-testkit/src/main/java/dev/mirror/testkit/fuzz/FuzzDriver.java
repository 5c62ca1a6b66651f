package dev.mirror.testkit.fuzz;

import java.lang.reflect.Constructor;
import org.jspecify.annotations.Nullable;

/** What Jazzer calls in a JVM of its own; nobody else does. The methods have the names that it looks for. */
public final class FuzzDriver {
    private static @Nullable FuzzTarget target; // set once, before the first input

    private FuzzDriver() {}

    /**
     * Makes the target, whose class is the only argument, and has it take its corpus: what is loaded once is not to be
     * counted as the time that some input takes.
     */
    public static void fuzzerInitialize(String[] arguments) throws Throwable {
        Constructor<?> constructor = Class.forName(arguments[0]).getDeclaredConstructor();
        constructor.setAccessible(true);
        FuzzTarget made = (FuzzTarget) constructor.newInstance();
        for (byte[] input : Corpus.of(made.getClass()).inputs()) {
            made.take(input);
        }
        target = made;
    }

    /** Has the target take an input. */
    public static void fuzzerTestOneInput(byte[] input) throws Throwable {
        FuzzTarget made = target;
        if (made == null) {
            throw new IllegalStateException("not initialized");
        }
        made.take(input);
    }
}
