package dev.mirror.server.page;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The server as a process of its own, which can be killed, and started again on the same port and data. */
final class ServerProcess implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("mirror is ready: http://localhost:([0-9]+)");

    private final Path data;
    // By whoever starts it, one at a time, all three.
    private Process process;
    private Thread reader;
    private int port;

    private ServerProcess(Path data) {
        this.data = data;
    }

    static ServerProcess start(Path data) {
        ServerProcess server = new ServerProcess(data);
        server.startAgain();
        return server;
    }

    /** Starts it, and waits until it is ready. */
    void startAgain() {
        List<String> command = List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.mirror.server.Main",
                "server",
                "--port=" + port,
                "--management-port=0",
                "--auth-per-minute=1000",
                "--data=" + data);
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
            BufferedReader output =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            port = awaitReady(output);
            reader = new Thread(() -> output.lines().forEach(line -> {}), "output of the server");
            reader.setDaemon(true);
            reader.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int awaitReady(BufferedReader output) throws IOException {
        StringBuilder said = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            said.append(line).append('\n');
            Matcher matcher = READY.matcher(line);
            if (matcher.find()) {
                return Integer.parseInt(matcher.group(1));
            }
        }
        throw new AssertionError("the server ended: " + said);
    }

    /** Ends it without a warning, as kill -9 does, and waits until it is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new AssertionError("the server survived");
        }
    }

    String address() {
        return "http://localhost:" + port;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
