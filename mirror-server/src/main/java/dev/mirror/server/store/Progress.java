package dev.mirror.server.store;

import dev.mirror.server.config.TerminalConsole;
import dev.mirror.sql.StoreTools.ProgressHandler;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Shows how far something has come: one line that is written over on a terminal, a line now and then elsewhere. */
final class Progress implements ProgressHandler {
    private static final long TERMINAL_NANOS = 200_000_000L;
    private static final long PIPE_NANOS = 10_000_000_000L;
    /** Over what is left of a longer line. */
    private static final String PADDING = " ".repeat(16);

    private final String verb;
    private final PrintWriter out;
    private final boolean terminal;
    private final LongSupplier nanos;
    private final long began;
    private long shown;
    private boolean open; // whether the terminal's line is still to be ended

    /** @param verb what is being done */
    Progress(String verb, PrintWriter out, boolean terminal, LongSupplier nanos) {
        this.verb = verb;
        this.out = out;
        this.terminal = terminal;
        this.nanos = nanos;
        this.began = nanos.getAsLong();
        this.shown = began;
    }

    /** On standard error, so that what is exported there stays clean. */
    static Progress of(String verb, PrintWriter err) {
        return new Progress(verb, err, TerminalConsole.find() != null, System::nanoTime);
    }

    @Override
    public void progress(long done, long total) {
        long now = nanos.getAsLong();
        if (now - shown < (terminal ? TERMINAL_NANOS : PIPE_NANOS)) {
            return;
        }
        shown = now;
        String line = "mirror: " + verb + ' ' + share(done, total) + left(done, total, now - began);
        if (terminal) {
            out.print("\r" + line + PADDING);
            open = true;
        } else {
            out.println(line);
        }
        out.flush();
    }

    private static String share(long done, long total) {
        return total > 0
                ? String.format(Locale.ROOT, "%d %%", Math.min(100, done * 100 / total))
                : String.format(Locale.ROOT, "%,d", done);
    }

    private static String left(long done, long total, long nanos) {
        if (total <= 0 || done <= 0 || done >= total) {
            return "";
        }
        long seconds = (long) (nanos / 1e9 * (total - done) / done);
        return ", " + (seconds < 120 ? seconds + " s" : seconds / 60 + " min") + " left";
    }

    /** Says how it ended. */
    void end(String sentence) {
        out.println(open ? "\rmirror: " + sentence + PADDING : "mirror: " + sentence);
        out.flush();
    }
}
