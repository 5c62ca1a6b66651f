package dev.mirror.bench.durable;

import dev.mirror.bench.node.People;
import dev.mirror.bench.node.People.Person;
import dev.mirror.bench.node.ServerChild;
import dev.mirror.bench.node.ServerChild.Launch;
import dev.mirror.bench.wire.Login;
import dev.mirror.sql.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder with accounts, and the server on it, which can be started more than once. For one thread. */
final class Bed implements AutoCloseable {
    /** So many that nobody has more than 64 sessions, even while those of before a storm are not yet known to be gone. */
    private static final int PEOPLE = 180;

    private final Path folder;
    private final Launch launch;
    private final List<Person> people;

    /**
     * How servers are run.
     *
     * @param output where folders are made
     * @param classPath what servers are run from
     * @param jvm options of the virtual machine, beside the heap
     */
    record Host(Path output, String classPath, List<String> jvm) {}

    /** @param heap of the server's virtual machine, such as {@code 256m} */
    Bed(Host host, String heap) throws IOException {
        this(host, heap, List.of());
    }

    /** @param more options of the server */
    Bed(Host host, String heap, List<String> more) throws IOException {
        folder = Files.createTempDirectory(host.output().toAbsolutePath(), "durable-");
        people = People.signUp(Database.sqlite(folder.resolve("data")), PEOPLE);
        List<String> jvm = new ArrayList<>(List.of("-Xms" + heap, "-Xmx" + heap, "-XX:+ExitOnOutOfMemoryError"));
        jvm.addAll(host.jvm());
        List<String> options = new ArrayList<>(List.of(
                "--publish-per-second=1000000",
                "--publish-burst=1000000",
                "--max-connections=20000",
                "--log-level=warn",
                "--log-format=text"));
        options.addAll(more);
        // Ready is told on standard output whatever the level of the log is.
        launch = new Launch(host.classPath(), jvm, folder, options);
    }

    ServerChild start() throws IOException {
        return new ServerChild(launch);
    }

    /** The database file. */
    Path database() {
        return launch.data().resolve("mirror.db");
    }

    /** Connections are spread over the people. */
    Login login(int number) {
        Person person = people.get(number % people.size());
        return Login.versionTwo(person.user(), person.token());
    }

    /** The token of somebody. */
    String token(int number) {
        return people.get(number % people.size()).token();
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
