package dev.mirror.bench.faults;

import dev.mirror.bench.kill.Ground;
import dev.mirror.bench.kill.ServerSite;
import dev.mirror.bench.kill.Site;
import dev.mirror.bench.node.People.Person;
import dev.mirror.bench.wire.InvalidRunException;
import dev.mirror.simulation.history.Event.Act;
import dev.mirror.simulation.history.Event.Outcome;
import dev.mirror.simulation.history.Event.Subject;
import dev.mirror.simulation.history.HistoryFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A server to which a fault happens: a strike announces it, and to heal is to let it happen and pass. For one thread. */
final class FaultSite implements Site {
    private final Kind kind;
    private final boolean full;
    private final Fault fault;
    private final ServerSite server;
    private final int crowdFrom;
    private final SplittableRandom random;

    FaultSite(Kind kind, Stage stage, SplittableRandom random) throws IOException {
        this.kind = kind;
        this.full = stage.full();
        this.crowdFrom = stage.crowdFrom();
        this.random = random;
        this.fault = kind.fault();
        Path data = stage.folder().resolve("data");
        @Nullable ServerSite started = null;
        try {
            fault.prepare(data);
            stage.ground().furnish(data);
            fault.furnished(data);
            started = stage.ground().start(kind.launch(stage.ground(), stage.folder()));
            fault.started(started);
            this.server = started;
        } catch (IOException | RuntimeException e) {
            if (started != null) {
                started.close();
            }
            fault.close();
            throw e;
        }
    }

    /**
     * Where it is put up.
     *
     * @param ground has the accounts
     * @param folder of the run
     * @param crowdFrom the first of the people who take no part in the load
     * @param full whether faults may take long
     */
    record Stage(Ground ground, Path folder, int crowdFrom, boolean full) {}

    @Override
    public List<Person> people() {
        return server.people();
    }

    @Override
    public Path folder() {
        return server.folder();
    }

    @Override
    public int port() {
        return fault.port(server.port());
    }

    @Override
    public boolean sparesBystanders() {
        return kind.sparesBystanders();
    }

    @Override
    public void strike(SplittableRandom unused, HistoryFile history) {
        history.add(Outcome.INFO, Act.FAULT, Subject.NONE, kind.toString());
    }

    @Override
    public void heal(HistoryFile history) throws IOException {
        List<Person> crowd = people().subList(crowdFrom, people().size());
        String run = folder().getFileName().toString();
        try {
            fault.happen(new Scene(run, server, crowd, random, history, full));
        } catch (InvalidRunException | UncheckedIOException | AssertionError e) {
            throw new IOException("while it lasted: " + e.getMessage(), e);
        }
        history.add(Outcome.OK, Act.FAULT, Subject.NONE, "over");
    }

    @Override
    public boolean logHas(String text) throws IOException {
        return server.logHas(text);
    }

    @Override
    public void close() throws IOException {
        server.close();
        fault.close();
    }
}
