package dev.mirror.bench.kill;

import dev.mirror.bench.node.People;
import dev.mirror.bench.node.People.Person;
import dev.mirror.bench.node.PostgresChild;
import dev.mirror.bench.node.ServerChild.Launch;
import dev.mirror.sql.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Where runs take place: for each a folder of its own and, on PostgreSQL, a schema of its own. For one thread. */
final class Ground implements AutoCloseable {
    private final Plan plan;
    private final String classPath;
    private final LongConsumer startMillis;
    private final @Nullable PostgresChild postgres;
    /** On SQLite: a data folder with the accounts, which is copied for each run. */
    private final Path template;

    private final List<Person> people;

    /**
     * Prepares it.
     *
     * @param folder for all runs together
     * @param classPath what servers are run from
     * @param onPostgres whether a PostgreSQL is started
     * @param startMillis hears how long each start took
     */
    Ground(Path folder, Plan plan, String classPath, boolean onPostgres, LongConsumer startMillis) throws IOException {
        this.plan = plan;
        this.classPath = classPath;
        this.startMillis = startMillis;
        this.template = Files.createTempDirectory(folder, "ground-");
        if (onPostgres) {
            postgres = PostgresChild.start(template);
            people = List.of();
        } else {
            postgres = null;
            people = People.signUp(Database.sqlite(template.resolve("data")), plan.publishers() + 1);
        }
    }

    /** A server that runs. */
    Site prepare(Path folder) throws IOException {
        Path data = folder.resolve("data");
        List<String> options = new ArrayList<>(plan.serverOptions());
        if (postgres == null) {
            Folders.copy(template.resolve("data"), data);
            return new ServerSite(launch(folder, options), people, startMillis);
        }
        String url = postgres.url(folder.getFileName().toString().replace('-', '_'));
        options.add("--database=" + url);
        List<Person> signedUp = People.signUp(Database.postgres(url, null, data), plan.publishers() + 1);
        return new PostgresSite(new ServerSite(launch(folder, options), signedUp, startMillis), postgres);
    }

    private Launch launch(Path folder, List<String> options) {
        return new Launch(classPath, plan.jvm(), folder, options);
    }

    @Override
    public void close() throws IOException {
        if (postgres != null) {
            postgres.close();
        }
        Folders.delete(template);
    }
}
