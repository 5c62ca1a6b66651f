package dev.mirror.bench.kill;

import dev.mirror.bench.node.ServerChild;
import dev.mirror.bench.node.ServerChild.Launch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** The server as it ships: its store is a file in its data folder. */
final class SqliteSite implements Site {
    private final Path folder;
    private final Launch launch;
    private final LongConsumer startMillis;
    private ServerChild server;
    private volatile int port; // written by the thread that heals

    /**
     * Starts it.
     *
     * @param folder of the run; its {@code data} has accounts already
     * @param startMillis hears how long each start took
     */
    SqliteSite(Path folder, String classPath, Plan plan, LongConsumer startMillis) throws IOException {
        this.folder = folder;
        this.startMillis = startMillis;
        this.launch = new Launch(
                classPath, plan.jvm(), folder.resolve("data"), folder.resolve("server.log"), plan.serverOptions());
        this.server = started();
    }

    private ServerChild started() throws IOException {
        ServerChild child = new ServerChild(launch);
        startMillis.accept(child.startTime().toMillis());
        port = child.port();
        return child;
    }

    @Override
    public Path folder() {
        return folder;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void strike(SplittableRandom random, Consumer<String> telling) {
        telling.accept("kill -9 of the server");
        server.kill();
    }

    @Override
    public void heal() throws IOException {
        server = started();
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
