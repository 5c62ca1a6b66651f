package dev.mirror.bench.faults;

import dev.mirror.bench.kill.ServerSite;
import java.io.IOException;
import java.nio.file.Path;

/** Something that goes wrong while a server is under load. For one thread; a new one for each run. */
interface Fault extends AutoCloseable {
    /** Makes the place where the server will keep its data, if that has to be a special one. */
    default void prepare(Path data) throws IOException {}

    /** The accounts are there, and the server does not run yet. */
    default void furnished(Path data) throws IOException {}

    /** The server runs, and nobody is connected to it. */
    default void started(ServerSite server) throws IOException {}

    /** Where clients connect to, if the server listens there. */
    default int port(int server) {
        return server;
    }

    /**
     * Goes wrong, lasts, and is over when it returns. It writes down what it measures.
     *
     * @throws IOException if it had no effect, so that the run shows nothing
     */
    void happen(Scene scene) throws IOException;

    @Override
    default void close() throws IOException {}
}
