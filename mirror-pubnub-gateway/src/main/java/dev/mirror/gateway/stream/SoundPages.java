package dev.mirror.gateway.stream;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import dev.mirror.spi.History;
import dev.mirror.spi.HistoryQuery;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Pages of logs. A page may be short although there is more: what is damaged ends it, and is stepped over by the next.
 *
 * <p>Limit: {@value #MAX_DAMAGED} damaged entries one after the other; beyond them it fails as the broker does. Safe for
 * any thread.
 */
public final class SoundPages {
    /** How many entries may be read at once, whose length nobody knows: each may have 2 MiB. */
    public static final int MAX_ROWS = 32;
    /** How many are read at first. */
    public static final int FIRST_ROWS = 8;

    private static final int MAX_DAMAGED = 100;

    private final Broker broker;

    /** Reads the logs of this broker. */
    public SoundPages(Broker broker) {
        this.broker = broker;
    }

    /** Whether a page is the last one now: nothing was left out behind it. */
    public static boolean isLast(History page) {
        List<Publication> rows = page.publications();
        return rows.isEmpty()
                || rows.get(rows.size() - 1).position().offset() >= page.tail().offset();
    }

    /** The first entries of a log from a timetoken on. */
    public CompletionStage<History> since(ChannelName log, long timetoken, int limit) {
        return elseIfDamaged(
                broker.history(HistoryQuery.since(log, timetoken, limit)), () -> behind(log, timetoken, limit));
    }

    /** The last entries of a log before a timetoken; {@link Long#MAX_VALUE} is behind all of them. */
    public CompletionStage<History> until(ChannelName log, long timetoken, int limit) {
        HistoryQuery query = timetoken == Long.MAX_VALUE
                ? HistoryQuery.latest(log, limit)
                : HistoryQuery.until(log, timetoken, limit);
        return elseIfDamaged(broker.history(query), () -> before(log, timetoken, limit));
    }

    private interface Otherwise {
        CompletionStage<History> read();
    }

    private static CompletionStage<History> elseIfDamaged(CompletionStage<History> read, Otherwise otherwise) {
        return read.exceptionallyCompose(failure -> {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            boolean damaged = cause instanceof MirrorException fault && fault.code() == ErrorCode.STORE_DAMAGED;
            return damaged ? otherwise.read() : CompletableFuture.failedFuture(failure);
        });
    }

    private CompletionStage<History> behind(ChannelName log, long timetoken, int limit) {
        return broker.history(HistoryQuery.latest(log, 0)).thenCompose(bounds -> {
            Search search = new Search(log, timetoken, bounds);
            return search.first(bounds.first(), bounds.tail().offset() + 1)
                    .thenCompose(offset -> search.from(offset, limit, 0));
        });
    }

    private CompletionStage<History> before(ChannelName log, long timetoken, int limit) {
        return broker.history(HistoryQuery.latest(log, 0)).thenCompose(bounds -> {
            Search search = new Search(log, timetoken, bounds);
            return search.first(bounds.first(), bounds.tail().offset() + 1)
                    .thenCompose(offset -> search.down(offset, limit, 0));
        });
    }

    /** Looks for a place by offset, because what is damaged has no timetoken. */
    private final class Search {
        private final ChannelName log;
        private final long timetoken;
        private final History bounds;

        Search(ChannelName log, long timetoken, History bounds) {
            this.log = log;
            this.timetoken = timetoken;
            this.bounds = bounds;
        }

        /** An offset that everything before is too early, and everything sound from it on is not. */
        CompletionStage<Long> first(long low, long high) {
            if (low >= high) {
                return CompletableFuture.completedFuture(low);
            }
            long middle = (low + high) >>> 1;
            return from(middle, 1, 0).thenCompose(page -> {
                List<Publication> rows = page.publications();
                boolean late = rows.isEmpty() || rows.get(0).timetoken() >= timetoken;
                return late ? first(low, middle) : first(rows.get(0).position().offset() + 1, high);
            });
        }

        /** The first sound entries from an offset on. */
        CompletionStage<History> from(long offset, int limit, int damaged) {
            if (offset > bounds.tail().offset()) {
                return CompletableFuture.completedFuture(bounds);
            }
            Position before = new Position(bounds.tail().epoch(), Math.max(0, offset - 1));
            CompletionStage<History> read = broker.history(HistoryQuery.after(log, before, limit));
            return damaged == MAX_DAMAGED ? read : elseIfDamaged(read, () -> from(offset + 1, limit, damaged + 1));
        }

        /** The last sound entries before an offset. */
        CompletionStage<History> down(long offset, int limit, int damaged) {
            if (offset <= bounds.first()) {
                return CompletableFuture.completedFuture(bounds);
            }
            Position behind = new Position(bounds.tail().epoch(), offset);
            CompletionStage<History> read = broker.history(
                    offset > bounds.tail().offset()
                            ? HistoryQuery.latest(log, limit)
                            : new HistoryQuery(log, behind, 0, true, limit));
            return damaged == MAX_DAMAGED ? read : elseIfDamaged(read, () -> down(offset - 1, limit, damaged + 1));
        }
    }
}
