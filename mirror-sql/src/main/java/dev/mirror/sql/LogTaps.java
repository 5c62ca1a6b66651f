package dev.mirror.sql;

import dev.mirror.message.Publication;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** Those who are told of every commit, by the writer, right after it and before anybody is acknowledged. */
final class LogTaps {
    private static final Logger LOG = System.getLogger(LogTaps.class.getName());

    private final List<Tap> taps = new CopyOnWriteArrayList<>();

    /** One of them. */
    static final class Tap {
        private final Consumer<List<Publication>> committed;
        private final LongConsumer missed;
        private boolean behind = true; // only the writer, once it was added

        Tap(Consumer<List<Publication>> committed, LongConsumer missed) {
            this.committed = committed;
            this.missed = missed;
        }
    }

    /** Tells somebody, from the next commit on. Any thread. */
    void add(Tap tap) {
        taps.add(tap);
    }

    /** Any thread. */
    void remove(Tap tap) {
        taps.remove(tap);
    }

    /** Something may have been committed that nobody was told of. Only the writer. */
    void missed() {
        taps.forEach(tap -> tap.behind = true);
    }

    /**
     * A transaction was committed. Only the writer.
     *
     * @param readable whether whatever was missed can be read by now; nobody hears of it before
     */
    void tell(LogTransaction transaction, boolean readable) {
        if (taps.isEmpty()) {
            return;
        }
        List<Publication> added = transaction.added();
        for (Tap tap : taps) {
            try {
                if (tap.behind && readable) {
                    tap.missed.accept(transaction.timetokens.last());
                    tap.behind = false;
                } else if (!tap.behind && !added.isEmpty()) {
                    tap.committed.accept(added);
                }
            } catch (RuntimeException failure) {
                tap.behind = true;
                LOG.log(Level.ERROR, "somebody who is told of commits failed", failure);
            }
        }
    }
}
