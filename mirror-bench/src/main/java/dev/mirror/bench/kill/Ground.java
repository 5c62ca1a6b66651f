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

/** Where runs take place: for each a folder of its own and, on PostgreSQL, a schema of its own. Runs on SQLite may be prepared at once. */
public final class Ground implements AutoCloseable {
    private final Plan plan;
    private final String classPath;
    private final LongConsumer startMillis;
    private final @Nullable PostgresChild postgres;
    /** On SQLite: a data folder with the accounts, which is copied for each run. */
    private final Path template;

    private final List<Person> people;
    private String main = "";

    /**
     * Prepares it.
     *
     * @param folder for all runs together
     * @param classPath what servers are run from
     * @param more people beside those who publish and those who eavesdrop
     * @param startMillis hears how long each start took
     */
    public Ground(Path folder, Plan plan, String classPath, int more, LongConsumer startMillis) throws IOException {
        this(folder, plan, classPath, startMillis, false, more);
    }

    Ground(Path folder, Plan plan, String classPath, LongConsumer startMillis, boolean onPostgres, int more)
            throws IOException {
        this.plan = plan;
        this.classPath = classPath;
        this.startMillis = startMillis;
        this.template = Files.createTempDirectory(folder, "ground-");
        if (onPostgres) {
            postgres = PostgresChild.start(template);
            people = List.of();
        } else {
            postgres = null;
            people = People.signUp(Database.sqlite(template.resolve("data")), plan.people() + more);
        }
    }

    /**
     * A server that runs.
     *
     * @param more options
     */
    Site prepare(Path folder, List<String> more) throws IOException {
        Path data = folder.resolve("data");
        List<String> options = new ArrayList<>(plan.serverOptions());
        options.addAll(more);
        if (postgres == null) {
            furnish(data);
            return start(launch(folder, options));
        }
        String url = postgres.url(folder.getFileName().toString().replace('-', '_'));
        options.add("--database=" + url);
        List<Person> signedUp = People.signUp(Database.postgres(url, null, data), plan.people());
        return new PostgresSite(new ServerSite(launch(folder, options), signedUp, startMillis), postgres);
    }

    /** From now on servers are of this class instead of the one that ships. */
    public void running(String server) {
        main = server;
    }

    /** Copies the accounts to where a server will run. */
    public void furnish(Path data) throws IOException {
        Folders.copy(template.resolve("data"), data);
    }

    /** A server that runs on what {@link #furnish} left. */
    public ServerSite start(Launch launch) throws IOException {
        return new ServerSite(launch, people, startMillis);
    }

    /** How to start a server in a folder. */
    public Launch launch(Path folder, List<String> options) {
        Launch ours = new Launch(classPath, plan.jvm(), folder, options);
        return main.isEmpty() ? ours : ours.running(main);
    }

    @Override
    public void close() throws IOException {
        if (postgres != null) {
            postgres.close();
        }
        Folders.delete(template);
    }
}
