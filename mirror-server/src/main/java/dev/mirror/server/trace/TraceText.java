package dev.mirror.server.trace;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Pattern;

/** Shows an answer to a person: a line for each step, with its time, and how long after the first one it was. */
final class TraceText {
    private static final DateTimeFormatter DAY_AND_TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);
    /** What would move a terminal's cursor, and worse: ids are what their publishers like. */
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]");

    private final PrintWriter out;

    TraceText(PrintWriter out) {
        this.out = out;
    }

    void show(JsonNode answer) {
        answer.path("messages").forEach(this::message);
        JsonNode log = answer.path("log");
        if (!log.isMissingNode() && answer.path("messages").isEmpty()) {
            out.println("The log has it: message " + text(log, "id") + " of user " + text(log, "publisher") + ", "
                    + time(log) + " UTC, at " + place(log) + origin(log));
            out.println("What became of it is not known: it was not traced, or so long ago that it is forgotten.");
        }
        answer.path("gaps").forEach(this::gap);
    }

    private String origin(JsonNode log) {
        return log.has("origin") ? ", a copy of " + place(log.path("origin")) : "";
    }

    /** Each message in one line: its id, and what happened last. */
    void list(JsonNode answer) {
        for (JsonNode message : answer.path("messages")) {
            JsonNode steps = message.path("steps");
            JsonNode last = steps.path(steps.size() - 1);
            out.println(time(last) + "  " + padded(text(last, "what")) + text(message, "id") + " of user "
                    + text(message, "publisher") + (message.has("offset") ? ", " + place(message) : "")
                    + why(last));
        }
    }

    private static String why(JsonNode step) {
        boolean failure = text(step, "what").equals(TraceStep.REFUSED)
                || text(step, "what").equals(TraceStep.FAILED);
        return failure ? ": " + text(step, "detail") : "";
    }

    private void message(JsonNode message) {
        out.println("Message " + text(message, "id") + " of user " + text(message, "publisher")
                + (message.has("offset") ? ", " + place(message) : "") + ". Times are UTC.");
        Instant first = null;
        for (JsonNode step : message.path("steps")) {
            Instant at = Instant.parse(step.path("at").asText());
            first = first == null ? at : first;
            out.println("  " + DAY_AND_TIME.format(at) + "  " + after(first, at) + "  " + padded(text(step, "what"))
                    + sentence(step));
        }
        if (message.path("leftOut").asLong() > 0) {
            out.println("  and " + message.path("leftOut").asLong() + " further steps, which there was no room for"
                    + " (--trace-steps)");
        }
        out.println();
    }

    private static String sentence(JsonNode step) {
        String detail = text(step, "detail");
        String peer = step.has("session")
                ? "session " + text(step, "session") + " of user " + text(step, "user")
                : step.has("user") ? "user " + text(step, "user") : "";
        return switch (text(step, "what")) {
            case "accepted" -> "from " + peer + ", " + detail;
            case TraceStep.STORED -> place(step) + (detail.isEmpty() ? "" : ", " + detail);
            case "acknowledged" -> "to " + peer;
            case "written" -> "to " + peer + in(step);
            case "replayed" -> "to " + peer + ", which caught up from the log" + in(step);
            case "deferred" -> peer + " catches up, and comes to it in the log" + in(step);
            case TraceStep.LOST -> peer + " took no more and was ended; it may come back and catch up" + in(step);
            case "received", "read" -> "by " + peer;
            case TraceStep.REFUSED -> "to " + peer + ", " + detail;
            default -> detail;
        };
    }

    private static String in(JsonNode step) {
        return ", in " + text(step, "channel") + " at offset "
                + step.path("offset").asLong();
    }

    private void gap(JsonNode gap) {
        out.println(time(gap) + "  session " + text(gap, "session") + " of user " + text(gap, "user")
                + " was told that something is missing in " + text(gap, "channel") + ": after offset "
                + gap.path("after").path("offset").asLong() + " (epoch "
                + text(gap.path("after"), "epoch") + ") up to "
                + gap.path("upTo").path("offset").asLong() + " (epoch " + text(gap.path("upTo"), "epoch") + ")");
    }

    private static String place(JsonNode node) {
        return text(node, "channel") + " at offset " + node.path("offset").asLong() + " of epoch "
                + text(node, "epoch");
    }

    private static String time(JsonNode node) {
        return DAY_AND_TIME.format(Instant.parse(node.path("at").asText()));
    }

    private static String after(Instant first, Instant at) {
        double millis = Duration.between(first, at).toNanos() / 1e6;
        return millis < 100_000
                ? String.format(Locale.ROOT, "%+10.3f ms", millis)
                : String.format(Locale.ROOT, "%+10.0f s ", millis / 1_000);
    }

    private static String padded(String word) {
        return String.format(Locale.ROOT, "%-14s", word);
    }

    private static String text(JsonNode node, String name) {
        return UNPRINTABLE.matcher(node.path(name).asText()).replaceAll("\uFFFD");
    }
}
