package dev.mirror.bench.kill;

import dev.mirror.bench.node.People.Person;
import dev.mirror.bench.node.PostgresChild;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

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
    public void strike(SplittableRandom random, Consumer<String> telling) throws IOException {
        databaseIsDown = random.nextBoolean();
        if (databaseIsDown) {
            telling.accept("kill -9 of the postmaster");
            database.kill();
        } else {
            server.strike(random, telling);
        }
    }

    @Override
    public void heal() throws IOException {
        if (databaseIsDown) {
            database.restart();
            databaseIsDown = false;
        } else {
            server.heal();
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
            heal();
        }
    }
}
