package dev.mirror.bench.kill;

import dev.mirror.bench.node.People.Person;
import dev.mirror.simulation.history.Event;
import dev.mirror.simulation.history.HistoryFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/** A server with its store, that can be struck and healed. For one thread, but for {@link #port}. */
public interface Site extends AutoCloseable {
    /** Who has an account. */
    List<Person> people();

    /** Where everything of the run is kept. */
    Path folder();

    /** Where the server listens, or did before it was killed. */
    int port();

    /**
     * Kills something, or does other harm.
     *
     * @param history where it is written down, just before, as a {@link Event.Act#FAULT}
     */
    void strike(SplittableRandom random, HistoryFile history) throws IOException;

    /**
     * Starts again what was killed, on what it left behind; ready when it comes back.
     *
     * @param history where it is written down that all is well again, and what was measured
     */
    void heal(HistoryFile history) throws IOException;

    /** Whether nobody's connection may end by it but those of its own making. */
    default boolean sparesBystanders() {
        return false;
    }

    /** Whether the server printed this. */
    boolean logHas(String text) throws IOException;

    @Override
    void close() throws IOException;
}
