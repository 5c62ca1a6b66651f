package dev.mirror.house;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The runs that somebody did and wrote down: the lines of docs/runs/*.ndjson, but for the conformance sheet. */
final class Runs {
    static final Path FOLDER = Repository.ROOT.resolve("docs").resolve("runs");

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final List<Run> all;

    private Runs(List<Run> all) {
        this.all = all;
    }

    /**
     * One line. CONTRIBUTING.md says what stands in it.
     *
     * @param what the kind of run; lines of the same kind are added up
     * @param shows the guarantees that would have been seen broken
     * @param unit what is counted, in the plural: seeds, runs, executions
     * @param count how many
     * @param failures how many of them broke a guarantee
     * @param seconds how long it took; 0 if nobody looked
     * @param date the day, as 2026-11-24
     * @param commit what was tried; empty if it was not written down
     * @param command how to do it again
     * @param note what else is to be said of all of this kind; the last one counts
     */
    record Run(
            String what,
            List<String> shows,
            String unit,
            long count,
            long failures,
            long seconds,
            String date,
            @Nullable String commit,
            String command,
            @Nullable String note) {
        Run {
            List<String> known =
                    Arrays.stream(Guarantee.values()).map(Guarantee::name).toList();
            if (count < 0
                    || !known.containsAll(shows)
                    || failures < 0
                    || shows.isEmpty()
                    || !date.matches("\\d{4}-\\d{2}-\\d{2}")) {
                throw new IllegalArgumentException("not a run: " + what);
            }
        }

        Run plus(Run later) {
            return new Run(
                    what,
                    later.shows,
                    later.unit,
                    count + later.count,
                    failures + later.failures,
                    seconds + later.seconds,
                    later.date,
                    later.commit,
                    later.command,
                    later.note == null ? note : later.note);
        }
    }

    static Runs read() {
        Map<String, Run> runs = new LinkedHashMap<>();
        for (Path file : Repository.find(".ndjson")) {
            if (file.startsWith(FOLDER) && !file.endsWith(Conformance.FILE)) {
                Repository.read(file)
                        .lines()
                        .filter(line -> !line.isBlank())
                        .map(line -> run(file, line))
                        .forEach(run -> runs.merge(run.what, run, Run::plus));
            }
        }
        return new Runs(new ArrayList<>(runs.values()));
    }

    private static Run run(Path file, String line) {
        try {
            return JSON.readValue(line, Run.class);
        } catch (IOException e) {
            throw new UncheckedIOException("in " + Repository.name(file) + ": " + line, e);
        }
    }

    /** One for each kind, added up. */
    List<Run> all() {
        return all;
    }

    List<Run> showing(Guarantee guarantee) {
        return all.stream().filter(run -> run.shows.contains(guarantee.name())).toList();
    }
}
