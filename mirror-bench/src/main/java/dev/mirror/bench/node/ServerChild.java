package dev.mirror.bench.node;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The real server, {@code mirror server}, as a child process on a free port. It is there and ready, or it is not at all.
 *
 * <p>It lives until it is killed, stopped or closed, or until this process ends in an orderly way. Safe for any thread.
 */
public final class ServerChild implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("mirror is ready: http://localhost:([0-9]+)");
    private static final Pattern MANAGED =
            Pattern.compile("metrics and health: http://127\\.0\\.0\\.1:([0-9]+)/metrics");
    private static final long START_SECONDS = 120;

    private final Process process;
    private final Thread hook;
    private final CompletableFuture<Integer> ready = new CompletableFuture<>();
    private final CompletableFuture<Integer> managed = new CompletableFuture<>();
    private final long began = System.nanoTime();
    private final Duration startTime;
    private final int port;

    /**
     * How to start one.
     *
     * @param classPath what it is run from
     * @param jvm options of its virtual machine
     * @param folder where its {@code data} is, and what it prints, in {@code server.log}
     * @param options of {@code mirror server}, beside the ports and the folder
     * @param through what starts it: a program and its options, such as {@code prlimit}; empty for nobody
     * @param main the class that is started with these options; it says when it is ready as a server does
     */
    public record Launch(
            String classPath, List<String> jvm, Path folder, List<String> options, List<String> through, String main) {
        private static final String SERVER = "dev.mirror.server.Main";

        /** Copies the lists. */
        public Launch {
            jvm = List.copyOf(jvm);
            options = List.copyOf(options);
            through = List.copyOf(through);
        }

        /** The server that ships, started by nobody else. */
        public Launch(String classPath, List<String> jvm, Path folder, List<String> options) {
            this(classPath, jvm, folder, options, List.of(), SERVER);
        }

        /** The same with another class. */
        public Launch running(String server) {
            return new Launch(classPath, jvm, folder, options, through, server);
        }

        /** The same started by something else. */
        public Launch through(List<String> program) {
            return new Launch(classPath, jvm, folder, options, program, main);
        }

        /** Where its store and keys are. */
        public Path data() {
            return folder.resolve("data");
        }

        /** What it prints. */
        public Path log() {
            return folder.resolve("server.log");
        }

        private List<String> command() {
            List<String> command = new ArrayList<>(through);
            command.add(ProcessHandle.current().info().command().orElse("java"));
            command.addAll(jvm);
            command.addAll(List.of("-cp", classPath, main, "server"));
            command.addAll(List.of("--port=0", "--management-port=0", "--data=" + data()));
            command.addAll(options);
            return command;
        }
    }

    /** Starts it and waits until it is ready. */
    public ServerChild(Launch launch) throws IOException {
        process = new ProcessBuilder(launch.command()).redirectErrorStream(true).start();
        hook = new Thread(process::destroyForcibly, "kill-the-child");
        Runtime.getRuntime().addShutdownHook(hook);
        Thread output = new Thread(() -> copy(launch.log()), "server-output");
        output.setDaemon(true);
        output.start();
        try {
            port = ready.get(START_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            kill();
            throw new IOException("the server did not start; see " + launch.log(), e);
        }
        startTime = Duration.ofNanos(System.nanoTime() - began);
    }

    private void copy(Path log) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
                Writer out = Files.newBufferedWriter(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Matcher matcher = READY.matcher(line);
                if (matcher.find()) {
                    ready.complete(Integer.parseInt(matcher.group(1)));
                }
                Matcher management = MANAGED.matcher(line);
                if (management.find()) {
                    managed.complete(Integer.parseInt(management.group(1)));
                }
                out.write(line + '\n');
                out.flush();
            }
        } catch (IOException e) {
            ready.completeExceptionally(e);
        } catch (UncheckedIOException e) {
            ready.completeExceptionally(e.getCause());
        } finally {
            ready.completeExceptionally(new IOException("it ended"));
            managed.completeExceptionally(new IOException("it ended"));
        }
    }

    /** The port for everything. */
    public int port() {
        return port;
    }

    /** The port for metrics and health, which it says if its log has the level info. */
    public int managementPort() throws IOException {
        try {
            return managed.get(START_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IOException("the server did not say where its metrics are", e);
        }
    }

    /** Whether it runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** From the start of the process until it said that it is ready. */
    public Duration startTime() {
        return startTime;
    }

    /** Its process id. */
    public long pid() {
        return process.pid();
    }

    /** Ends it at once, as {@code kill -9} does, and waits until it is gone. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Asks it to end, waits, and yields its exit code. */
    public int stop() {
        // Not Process.destroy: that closes the streams, too.
        process.toHandle().destroy();
        awaitEnd();
        return process.exitValue();
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        } catch (IllegalStateException goingDown) {
            // This process ends; the hook has done its work, or will.
        }
    }

    @Override
    public void close() {
        kill();
    }
}
