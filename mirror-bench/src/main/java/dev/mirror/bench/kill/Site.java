package dev.mirror.bench.kill;

import dev.mirror.bench.node.People.Person;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** A server with its store, that can be struck and healed. For one thread, but for {@link #port}. */
interface Site extends AutoCloseable {
    /** Who has an account. */
    List<Person> people();

    /** Where everything of the run is kept. */
    Path folder();

    /** Where the server listens, or did before it was killed. */
    int port();

    /**
     * Kills something.
     *
     * @param telling hears what, just before
     */
    void strike(SplittableRandom random, Consumer<String> telling) throws IOException;

    /** Starts again what was killed, on what it left behind; ready when it comes back. */
    void heal() throws IOException;

    /** Whether the server printed this. */
    boolean logHas(String text) throws IOException;

    @Override
    void close() throws IOException;
}
