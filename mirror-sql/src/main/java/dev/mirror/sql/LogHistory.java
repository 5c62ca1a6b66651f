package dev.mirror.sql;

import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.History;
import dev.mirror.spi.HistoryQuery;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Answers what was asked of history: from memory if it has everything, or else from the database. */
final class LogHistory {
    /** How often a page is looked for that is removed while it is read. */
    private static final int PLANS = 8;

    private final ChannelTable table;
    private final LogReader reader;
    private final String epoch;

    LogHistory(ChannelTable table, LogReader reader, String epoch) {
        this.table = table;
        this.reader = reader;
        this.epoch = epoch;
    }

    /**
     * What an answer will be, as of one moment.
     *
     * @param frame the answer but for its publications
     * @param hot the publications, if memory had them all
     * @param from the first offset of the page; with a time, of where to look for it
     * @param to the last offset
     */
    private record Plan(
            ChannelState state, History frame, @Nullable List<Publication> hot, long from, long to) {}

    CompletionStage<History> answer(HistoryQuery query) {
        Position from = query.from();
        if (from == null || from.epoch().equals(epoch) || query.backward()) {
            return answer(query, PLANS);
        }
        // Its reader may have had more than what this epoch began with, so something may be missing even now.
        return reader.ask(connection -> Epochs.sameAs(connection, query.channel(), from))
                .thenCompose(offset -> offset.isEmpty()
                        ? answer(query, PLANS)
                        : answer(
                                        HistoryQuery.after(
                                                query.channel(),
                                                new Position(epoch, offset.getAsLong()),
                                                query.limit()),
                                        PLANS)
                                .thenApply(LogHistory::unrecovered));
    }

    private static History unrecovered(History page) {
        return new History(page.publications(), page.tail(), page.first(), page.after(), false);
    }

    private CompletionStage<History> answer(HistoryQuery query, int plans) {
        return table.with(query.channel(), state -> plan(state, query)).thenCompose(plan -> {
            if (plan.hot != null) {
                return CompletableFuture.completedFuture(filled(plan.frame, plan.hot));
            }
            return reader.ask(connection -> read(connection, plan, query))
                    .thenCompose(rows -> isOvertaken(plan, rows, query)
                            ? again(query, plans - 1)
                            : CompletableFuture.completedFuture(filled(frame(plan, rows, query), rows)));
        });
    }

    /** Whether the whole page was removed before it was read, and what is kept still may come after it. */
    private boolean isOvertaken(Plan plan, List<Publication> rows, HistoryQuery query) {
        boolean endsAtPlace = query.backward() && (query.from() != null || query.timetoken() > 0);
        return rows.isEmpty() && !endsAtPlace && table.first(plan.state) > plan.from;
    }

    private CompletionStage<History> again(HistoryQuery query, int plans) {
        if (plans == 0) {
            return CompletableFuture.failedFuture(
                    new MirrorException(ErrorCode.STORE_UNAVAILABLE, "the log is being trimmed; try again later"));
        }
        return answer(query, plans);
    }

    /** The frame of a page, of which a part may have been removed before it was read. */
    private static History frame(Plan plan, List<Publication> rows, HistoryQuery query) {
        History frame = plan.frame;
        long begin = rows.isEmpty() ? 0 : rows.get(0).position().offset();
        if (begin <= plan.from || query.timetoken() > 0) {
            return frame;
        }
        boolean recovered = frame.recovered() && (query.from() == null || query.backward());
        return new History(List.of(), frame.tail(), begin, recovered);
    }

    /** Under the lock. */
    private Plan plan(ChannelState state, HistoryQuery query) {
        Position from = query.from();
        long first = state.first();
        boolean known = from != null && from.epoch().equals(epoch) && from.offset() <= state.tail;
        boolean recovered = from == null || (known && from.offset() >= first - 1);
        Position after = from != null && recovered ? from : new Position(epoch, first - 1);
        History frame = new History(List.of(), new Position(epoch, state.tail), first, after, recovered);
        if (query.limit() == 0) {
            return new Plan(state, frame, List.of(), 1, 0);
        }
        if (query.timetoken() > 0) {
            return planByTime(state, query, frame);
        }
        if (query.backward()) {
            long to = from != null && known ? from.offset() - 1 : state.tail;
            return plan(state, frame, Math.max(first, to - query.limit() + 1), to);
        }
        long begin = from != null && recovered ? from.offset() + 1 : first;
        return plan(state, frame, begin, Math.min(state.tail, begin + query.limit() - 1));
    }

    private static Plan planByTime(ChannelState state, HistoryQuery query, History frame) {
        long first = frame.first();
        boolean inMemory = !state.hot.isEmpty()
                && (state.hot.first() <= first || state.hot.oldest().timetoken() <= query.timetoken());
        if (!inMemory) {
            List<Publication> none = first > state.tail ? List.of() : null;
            return new Plan(state, frame, none, first, state.tail);
        }
        long at = state.hot.offsetAt(query.timetoken());
        return plan(state, frame, pageFrom(at, first, query), pageTo(at, state.tail, query));
    }

    private static long pageFrom(long at, long first, HistoryQuery query) {
        return query.backward() ? Math.max(first, at - query.limit()) : Math.max(first, at);
    }

    private static long pageTo(long at, long tail, HistoryQuery query) {
        return query.backward() ? at - 1 : Math.min(tail, at + query.limit() - 1);
    }

    private static Plan plan(ChannelState state, History frame, long from, long to) {
        return new Plan(state, frame, state.hot(from, to), from, to);
    }

    private List<Publication> read(Connection connection, Plan plan, HistoryQuery query) throws SQLException {
        ChannelState state = plan.state;
        LogReader.Range range = new LogReader.Range(state.name, state.id, plan.from, plan.to, query.backward());
        if (query.timetoken() > 0) {
            long at = reader.offsetAt(connection, range, query.timetoken());
            long from = pageFrom(at, plan.from, query);
            range = new LogReader.Range(state.name, state.id, from, pageTo(at, plan.to, query), query.backward());
        }
        return reader.read(connection, range, () -> table.first(state));
    }

    private static History filled(History frame, List<Publication> publications) {
        return new History(publications, frame.tail(), frame.first(), frame.after(), frame.recovered());
    }
}
