package dev.mirror.gateway.stream;

import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.stream.Batch.Delivery;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongPredicate;

/** Reads from the logs what is no longer in memory, or never was, and puts it into one order. */
public final class CatchUp {
    /** How many logs one wildcard stands for at most when it is read from the logs. */
    private static final int MAX_LOGS = 2_000;

    private final Logs logs;
    private final SoundPages pages;
    private final StreamOptions options;
    private final int base;
    private final Executor executor;

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

    private record Row(Publication publication, Entry entry, List<Interest> interests) {
        long timetoken() {
            return publication.timetoken();
        }
    }

    CatchUp(Logs logs, StreamOptions options, int base, Executor executor) {
        this.logs = logs;
        this.pages = new SoundPages(logs.broker);
        this.options = options;
        this.base = base;
        this.executor = executor;
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
                    .ifPresent(prefix -> named.add(under(prefix)
                            .thenAccept(names -> add(wanted, names, interest))
                            .toCompletableFuture()));
        }
        return all(named).thenCompose(done -> new Reading(wanted, after.timetoken(), head).next());
    }

    private CompletionStage<Set<ChannelName>> under(String prefix) {
        return logs.catalogue().under(prefix, MAX_LOGS + 1).thenApply(names -> {
            if (names.size() > MAX_LOGS) {
                // Whatever was left out would be lost, so the cursor has to stay where it is.
                throw new MirrorException(ErrorCode.BUSY, "a wildcard stands for more than " + MAX_LOGS + " logs");
            }
            return new LinkedHashSet<>(names);
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

    /** One page in the making. One log after the other, so what is in memory at once is little more than the page. */
    private final class Reading {
        private final Map<ChannelName, List<Interest>> wanted;
        private final Iterator<ChannelName> left;
        private final long after;
        private List<Row> rows = new ArrayList<>(); // one log at a time
        private long end; // one log at a time; what is later is for another page

        Reading(Map<ChannelName, List<Interest>> wanted, long after, long head) {
            this.wanted = wanted;
            this.left = List.copyOf(wanted.keySet()).iterator();
            this.after = after;
            this.end = head;
        }

        CompletionStage<Recent.Page> next() {
            if (!left.hasNext()) {
                return CompletableFuture.completedFuture(page());
            }
            return new OneLog(left.next())
                    .from(after + 1)
                    .thenComposeAsync(
                            done -> {
                                cut();
                                return next();
                            },
                            executor);
        }

        private Recent.Page page() {
            List<Delivery> deliveries = rows.stream()
                    .flatMap(row -> row.interests.stream().map(interest -> new Delivery(row.entry, interest)))
                    .toList();
            return new Recent.Page(deliveries, new Cursor(end, base));
        }

        /** Keeps what fits a batch, but at least one entry, and what is not behind the end. */
        private void cut() {
            rows.sort(Comparator.comparingLong(Row::timetoken));
            List<Row> kept = new ArrayList<>();
            int count = 0;
            long bytes = 0;
            for (Row row : rows) {
                count += row.interests.size();
                bytes += (long) row.entry.bytes() * row.interests.size();
                boolean full = count > options.batch() || bytes > options.batchBytes();
                if (full && !kept.isEmpty()) {
                    end = Math.min(end, kept.get(kept.size() - 1).timetoken());
                }
                if (row.timetoken() > end) {
                    break;
                }
                kept.add(row);
            }
            rows = kept;
        }

        /** The part of one log, read in pages that are small until it is known how long its entries are. */
        private final class OneLog {
            private final ChannelName log;
            private int count; // one page at a time
            private long bytes; // one page at a time

            OneLog(ChannelName log) {
                this.log = log;
            }

            CompletionStage<Boolean> from(long timetoken) {
                return pages.since(log, timetoken, limit()).thenCompose(page -> {
                    List<Publication> found = page.publications();
                    found.forEach(each -> bytes += each.entry().body().length());
                    count += found.size();
                    long last =
                            found.isEmpty() ? end : found.get(found.size() - 1).timetoken();
                    boolean whole = SoundPages.isLast(page) || last >= end;
                    boolean enough = count >= options.batch() || bytes >= options.batchBytes();
                    return take(found).thenCompose(taken -> {
                        if (!whole && !enough) {
                            return from(last + 1);
                        }
                        end = whole ? end : last;
                        return CompletableFuture.completedFuture(true);
                    });
                });
            }

            private int limit() {
                int rest = Math.min(options.batch() - count, SoundPages.MAX_ROWS);
                if (count == 0) {
                    return Math.min(rest, SoundPages.FIRST_ROWS);
                }
                long fits = (options.batchBytes() - bytes) * count / Math.max(1, bytes);
                return (int) Math.max(1, Math.min(rest, fits));
            }

            /** Without what is shown no more. */
            private CompletionStage<Boolean> take(List<Publication> found) {
                if (found.isEmpty()) {
                    return CompletableFuture.completedFuture(true);
                }
                long first = found.get(0).timetoken();
                long last = found.get(found.size() - 1).timetoken();
                List<Interest> interests = wanted.getOrDefault(log, List.of());
                return logs.withdrawn().in(log, first, last + 1).thenApply(gone -> {
                    found.stream()
                            .filter(each -> each.timetoken() <= end && !gone.test(each.timetoken()))
                            .forEach(each -> rows.add(new Row(each, Entry.of(each, base), interests)));
                    return true;
                });
            }
        }
    }
}
