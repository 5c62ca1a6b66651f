package dev.mirror.bench.kill;

import dev.mirror.bench.node.People.Person;
import dev.mirror.bench.node.PostgresChild;
import dev.mirror.simulation.history.Event.Act;
import dev.mirror.simulation.history.Event.Outcome;
import dev.mirror.simulation.history.Event.Subject;
import dev.mirror.simulation.history.HistoryFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/** The server on PostgreSQL: either it or the database is killed. The database is shared with the next runs. */
final class PostgresSite implements Site {
    private final ServerSite server;
    private final PostgresChild database;
    private boolean databaseIsDown;

    PostgresSite(ServerSite server, PostgresChild database) {
        this.server = server;
        this.database = database;
    }

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
        return server.port();
    }

    @Override
    public void strike(SplittableRandom random, HistoryFile history) throws IOException {
        databaseIsDown = random.nextBoolean();
        if (databaseIsDown) {
            history.add(Outcome.INFO, Act.FAULT, Subject.NONE, "kill -9 of the postmaster");
            database.kill();
        } else {
            server.strike(random, history);
        }
    }

    @Override
    public void heal(HistoryFile history) throws IOException {
        if (databaseIsDown) {
            database.restart();
            databaseIsDown = false;
            history.add(Outcome.OK, Act.FAULT, Subject.NONE, "the postmaster is ready");
        } else {
            server.heal(history);
        }
    }

    @Override
    public boolean logHas(String text) throws IOException {
        return server.logHas(text);
    }

    @Override
    public void close() throws IOException {
        server.close();
        if (databaseIsDown) {
            database.restart();
        }
    }
}
