package dev.mirror.gateway.stream;

import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.stream.Batch.Delivery;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import dev.mirror.spi.History;
import dev.mirror.spi.HistoryQuery;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongPredicate;

/** Reads from the logs what is no longer in memory, or never was, and puts it into one order. */
public final class CatchUp {
    /** How many logs one wildcard stands for at most when it is read from the logs. */
    private static final int MAX_LOGS = 500;

    private final Logs logs;
    private final StreamOptions options;
    private final int base;

    /**
     * Where logs are.
     *
     * @param broker has them
     * @param catalogue knows which there are
     * @param withdrawn knows what of them is shown no more
     */
    public record Logs(Broker broker, Catalogue catalogue, Withdrawn withdrawn) {}

    /** Knows what was deleted of logs that keep everything. Safe for any thread; must not block. */
    @FunctionalInterface
    public interface Withdrawn {
        /** Tells which timetokens of a stretch are shown no more; the second bound is behind the stretch. */
        CompletionStage<LongPredicate> in(ChannelName log, long from, long to);
    }

    private record Row(Publication publication, boolean isShown) {
        long timetoken() {
            return publication.timetoken();
        }
    }

    CatchUp(Logs logs, StreamOptions options, int base) {
        this.logs = logs;
        this.options = options;
        this.base = base;
    }

    /**
     * The first of what was committed after a cursor, up to a timetoken; everything up to it can be read.
     *
     * @param head not before the cursor's
     */
    CompletionStage<Recent.Page> read(List<Interest> interests, Cursor after, long head) {
        Map<ChannelName, List<Interest>> wanted = new HashMap<>();
        List<CompletableFuture<Void>> named = new ArrayList<>();
        for (Interest interest : interests) {
            ChannelName log = interest.log();
            if (log != null) {
                add(wanted, Set.of(log), interest);
            }
            interest.prefix()
                    .ifPresent(prefix -> named.add(logs.catalogue()
                            .under(prefix, MAX_LOGS)
                            .thenAccept(names -> add(wanted, new LinkedHashSet<>(names), interest))
                            .toCompletableFuture()));
        }
        return all(named).thenCompose(done -> {
            List<CompletableFuture<List<Row>>> pages =
                    wanted.keySet().stream().map(log -> page(log, after, head)).toList();
            return all(pages).thenApply(read -> merge(pages, wanted, head));
        });
    }

    private static void add(Map<ChannelName, List<Interest>> wanted, Collection<ChannelName> logs, Interest interest) {
        synchronized (wanted) {
            logs.forEach(log ->
                    wanted.computeIfAbsent(log, unknown -> new ArrayList<>()).add(interest));
        }
    }

    private static CompletableFuture<Void> all(List<? extends CompletableFuture<?>> stages) {
        return CompletableFuture.allOf(stages.toArray(CompletableFuture<?>[]::new));
    }

    private CompletableFuture<List<Row>> page(ChannelName log, Cursor after, long head) {
        int limit = Math.min(options.batch(), HistoryQuery.MAX_LIMIT);
        return logs.broker()
                .history(HistoryQuery.since(log, after.timetoken() + 1, limit))
                .thenApply(History::publications)
                .thenApply(publications -> publications.stream()
                        .filter(each -> each.timetoken() <= head)
                        .toList())
                .thenCompose(found -> rows(log, found))
                .toCompletableFuture();
    }

    /** What is shown no more stays in its place, so that it can be told how far a page goes. */
    private CompletionStage<List<Row>> rows(ChannelName log, List<Publication> found) {
        if (found.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        long first = found.get(0).timetoken();
        long last = found.get(found.size() - 1).timetoken();
        return logs.withdrawn()
                .in(log, first, last + 1)
                .thenApply(gone -> found.stream()
                        .map(each -> new Row(each, !gone.test(each.timetoken())))
                        .toList());
    }

    /** A log's page may be cut off; then there are at least as many as a batch has, and none is taken from behind it. */
    private Recent.Page merge(
            List<CompletableFuture<List<Row>>> pages, Map<ChannelName, List<Interest>> wanted, long head) {
        List<Row> all = pages.stream()
                .flatMap(page -> page.join().stream())
                .sorted(Comparator.comparingLong(Row::timetoken))
                .toList();
        List<Delivery> taken = new ArrayList<>();
        int bytes = 0;
        Cursor end = new Cursor(head, base);
        for (Row row : all) {
            Entry entry = Entry.of(row.publication, base);
            List<Interest> interests =
                    row.isShown ? wanted.getOrDefault(row.publication.channel(), List.of()) : List.of();
            bytes += entry.bytes() * interests.size();
            boolean full = taken.size() + interests.size() > options.batch() || bytes > options.batchBytes();
            if (full && !taken.isEmpty()) {
                return new Recent.Page(taken, end);
            }
            interests.forEach(interest -> taken.add(new Delivery(entry, interest)));
            end = entry.shown();
        }
        boolean cutOff = all.size() >= options.batch();
        return new Recent.Page(taken, cutOff ? end : new Cursor(head, base));
    }
}
