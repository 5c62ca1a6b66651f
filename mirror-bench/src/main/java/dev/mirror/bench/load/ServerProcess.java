package dev.mirror.bench.load;

import dev.mirror.bench.wire.InvalidRunException;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The handle of a {@link TargetMain} in a process of its own. Owned by the thread of the benchmark. */
final class ServerProcess implements AutoCloseable {
    private static final long ANSWER_SECONDS = 60;

    private final Process process;
    private final BufferedReader answers;
    private final PrintStream requests;
    private final ExecutorService reading = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "answers");
        thread.setDaemon(true);
        return thread;
    });
    private final int port;

    /**
     * How to start one.
     *
     * @param prefix a command that runs a command, such as {@code taskset -c 0}; may be empty
     * @param options of the virtual machine
     * @param log where its standard error goes
     */
    record Launch(List<String> prefix, List<String> options, Path log) {}

    ServerProcess(Target target, Launch launch) throws IOException {
        List<String> command = new ArrayList<>(launch.prefix());
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(launch.options());
        command.add("-Dlogback.configurationFile=dev/mirror/bench/load/logback.xml");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(TargetMain.class.getName());
        command.add(target.label());
        File log = launch.log().toFile();
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log))
                .start();
        answers = process.inputReader(StandardCharsets.UTF_8);
        requests = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        try {
            port = (int) read();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    int port() {
        return port;
    }

    long cpuNanos() {
        return ask("cpu");
    }

    long compilerNanos() {
        return ask("compiler");
    }

    long heapBytes() {
        return ask("heap");
    }

    long connections() {
        return ask("connections");
    }

    private long ask(String question) {
        requests.println(question);
        return read();
    }

    private long read() {
        Future<String> line = reading.submit(this::nextAnswer);
        try {
            return Long.parseLong(line.get(ANSWER_SECONDS, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InvalidRunException("interrupted", e);
        } catch (ExecutionException | TimeoutException | NumberFormatException e) {
            throw new InvalidRunException("the server does not answer; its log may say why", e);
        }
    }

    private String nextAnswer() throws IOException {
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
            if (line.startsWith(TargetMain.ANSWER)) {
                return line.substring(TargetMain.ANSWER.length());
            }
        }
        throw new EOFException("the server has ended");
    }

    /** Ends the process: its input ends, and if that does not help it is killed. */
    @Override
    public void close() {
        requests.close();
        reading.shutdownNow();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
