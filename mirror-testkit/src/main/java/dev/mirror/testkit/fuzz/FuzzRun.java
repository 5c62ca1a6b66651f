package dev.mirror.testkit.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One search by Jazzer for an input that breaks the rule of a target. In its folder it leaves {@code log}, the inputs
 * that led somewhere new ({@code grown}, with which the next search begins), {@code NAME.txt}, the corpus with the shortest
 * that are worth keeping, and {@code run.json}, one line about the search for docs/runs/fuzz.ndjson.
 */
final class FuzzRun {
    private static final Pattern EXECUTED = Pattern.compile("stat::number_of_executed_units:\\s*(\\d+)");
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Class<?> target;
    private final Path folder;
    private final Path grown;
    private final List<String> findings = new ArrayList<>(); // only the caller's thread

    /** Searches for that long. */
    FuzzRun(Class<?> target, Path folder, Duration time) throws IOException, InterruptedException {
        this.target = target;
        this.folder = folder.toAbsolutePath();
        this.grown = this.folder.resolve("grown");
        Path seeds = emptied("seeds");
        Path found = emptied("found");
        Files.createDirectories(grown);
        Corpus corpus = Corpus.of(target);
        corpus.writeTo(seeds);
        long begun = System.nanoTime();
        jazzer(
                "log",
                time.plus(PATIENCE),
                List.of(
                        "-max_total_time=" + Math.max(1, time.toSeconds()),
                        "-artifact_prefix=" + found + '/',
                        grown.toString(),
                        seeds.toString()));
        Duration taken = Duration.ofNanos(System.nanoTime() - begun);
        collect(found);
        if (executed().equals("0")) {
            findings.add("Jazzer did not say how many inputs it tried");
        }
        keepTheBest(corpus, seeds);
        Files.writeString(this.folder.resolve("run.json"), line(taken));
    }

    /** The inputs that broke the rule, as the corpus writes them. */
    List<String> findings() {
        return List.copyOf(findings);
    }

    /** Where it says how it went. */
    Path log() {
        return folder.resolve("log");
    }

    private void jazzer(String log, Duration most, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
                "-Xmx700m",
                "-XX:+UseSerialGC",
                "-XX:-OmitStackTraceInFastThrow",
                "-Dslf4j.internal.verbosity=ERROR",
                "-cp",
                System.getProperty("java.class.path", ""),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + FuzzDriver.class.getName(),
                "--target_args=" + target.getName(),
                "--instrumentation_includes=dev.mirror.**:org.java_websocket.**",
                "--reproducer_path=" + folder,
                "-max_len=4096",
                "-timeout=60",
                "-rss_limit_mb=0",
                "-use_value_profile=1",
                "-print_final_stats=1"));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(log).toFile())
                .start();
        try {
            if (!process.waitFor(most.toSeconds(), TimeUnit.SECONDS)) {
                findings.add("Jazzer did not end");
            } else if (process.exitValue() != 0) {
                findings.add("Jazzer ended with " + process.exitValue());
            }
        } finally {
            process.destroyForcibly();
        }
    }

    private void collect(Path found) throws IOException {
        for (Path file : files(found)) {
            findings.add(file.getFileName() + ": " + Corpus.write(Files.readAllBytes(file)));
        }
    }

    /** Of all that was found the least that leads everywhere; or all of it, if it was not told apart. */
    private void keepTheBest(Corpus corpus, Path seeds) throws IOException, InterruptedException {
        List<String> before = List.copyOf(findings);
        Path best = emptied("best");
        jazzer("log-of-merge", PATIENCE, List.of("-merge=1", best.toString(), seeds.toString(), grown.toString()));
        findings.clear();
        findings.addAll(before);
        Path from = files(best).isEmpty() ? grown : best;
        Files.write(folder.resolve(target.getSimpleName() + ".txt"), corpus.with(from));
    }

    private String line(Duration taken) throws IOException {
        return String.format(
                "{\"what\":\"%s\",\"shows\":[\"I7\",\"I11\"],\"unit\":\"executions\",\"count\":%s,\"failures\":%d,"
                        + "\"seconds\":%d,\"date\":\"%s\",\"command\":\"mvn -Pfuzz test\"}%n",
                target.getSimpleName(), executed(), findings.size(), taken.toSeconds(), LocalDate.now(ZoneOffset.UTC));
    }

    private String executed() throws IOException {
        Matcher executed = EXECUTED.matcher(Files.readString(log()));
        return executed.find() ? executed.group(1) : "0";
    }

    private Path emptied(String name) throws IOException {
        Path made = folder.resolve(name);
        if (Files.exists(made)) {
            try (Stream<Path> all = Files.walk(made)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
        return Files.createDirectories(made);
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
