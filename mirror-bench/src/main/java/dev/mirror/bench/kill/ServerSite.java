package dev.mirror.bench.kill;

import dev.mirror.bench.node.People.Person;
import dev.mirror.bench.node.ServerChild;
import dev.mirror.bench.node.ServerChild.Launch;
import dev.mirror.simulation.history.Event.Act;
import dev.mirror.simulation.history.Event.Outcome;
import dev.mirror.simulation.history.Event.Subject;
import dev.mirror.simulation.history.HistoryFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;

/** The server as it ships, which is killed; what its store is made of is its own business. */
public final class ServerSite implements Site {
    private final Launch launch;
    private final List<Person> people;
    private final LongConsumer startMillis;
    private ServerChild server; // by the thread that strikes and heals
    private volatile int port; // written by the thread that heals

    /**
     * Starts it.
     *
     * @param people who have accounts on it
     * @param startMillis hears how long each start took
     */
    ServerSite(Launch launch, List<Person> people, LongConsumer startMillis) throws IOException {
        this.launch = launch;
        this.people = List.copyOf(people);
        this.startMillis = startMillis;
        this.server = started();
    }

    private ServerChild started() throws IOException {
        ServerChild child = new ServerChild(launch);
        startMillis.accept(child.startTime().toMillis());
        port = child.port();
        return child;
    }

    @Override
    public List<Person> people() {
        return people;
    }

    @Override
    public Path folder() {
        return launch.folder();
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void strike(SplittableRandom random, HistoryFile history) {
        history.add(Outcome.INFO, Act.FAULT, Subject.NONE, "kill -9 of the server");
        server.kill();
    }

    @Override
    public void heal(HistoryFile history) throws IOException {
        server.close();
        server = started();
        history.add(Outcome.OK, Act.FAULT, Subject.NONE, "the server is ready");
    }

    /** The process that runs, or did before it was killed. */
    public ServerChild process() {
        return server;
    }

    @Override
    public boolean logHas(String text) throws IOException {
        List<String> lines = Files.readAllLines(launch.log(), StandardCharsets.UTF_8);
        return lines.stream().anyMatch(line -> line.contains(text));
    }

    @Override
    public void close() {
        server.kill();
    }
}
