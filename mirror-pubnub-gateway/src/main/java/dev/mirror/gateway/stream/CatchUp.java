package dev.mirror.gateway.stream;

import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.stream.Batch.Delivery;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** Reads from the logs what is no longer in memory, or never was, and puts it into one order. */
public final class CatchUp {
    /** How many logs of a wildcard are looked at together. */
    private static final int LOGS = 500;

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

    private record Row(long timetoken, List<Delivery> deliveries) {
        static Row of(Publication publication, int base, List<Interest> interests) {
            Entry entry = Entry.of(publication, base);
            return new Row(
                    publication.timetoken(),
                    interests.stream()
                            .map(interest -> new Delivery(entry, interest))
                            .toList());
        }

        long bytes() {
            return deliveries.stream().mapToLong(Delivery::bytes).sum();
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
        return new Reading(new Wanted(interests, after.timetoken()), after.timetoken(), head).begin();
    }

    /** The logs that interests are about, one after the other, and who is interested in each. */
    private final class Wanted {
        private final Map<ChannelName, List<Interest>> named = new LinkedHashMap<>(); // filled by the constructor
        private final List<Interest> wildcards;
        private final long after;
        // All below: one log at a time.
        private Iterator<ChannelName> left;
        /** How many wildcards are done with. */
        private int done;
        /** Where the next page of the wildcard begins; {@code null} for its beginning. */
        private @Nullable String from;

        Wanted(List<Interest> interests, long after) {
            this.after = after;
            for (Interest interest : interests) {
                ChannelName log = interest.log();
                if (log != null) {
                    named.computeIfAbsent(log, unknown -> new ArrayList<>()).add(interest);
                }
            }
            wildcards = interests.stream()
                    .filter(interest -> interest.prefix().isPresent())
                    .toList();
            left = named.keySet().iterator();
        }

        /** The next log; empty if there is none any more. */
        CompletionStage<Optional<ChannelName>> next() {
            if (left.hasNext()) {
                return CompletableFuture.completedFuture(Optional.of(left.next()));
            }
            if (done == wildcards.size()) {
                return CompletableFuture.completedFuture(Optional.empty());
            }
            String prefix = wildcards.get(done).prefix().orElseThrow();
            Catalogue.Wish wish = new Catalogue.Wish(prefix, from == null ? prefix : from, after + 1, LOGS);
            return logs.catalogue().page(wish).thenCompose(page -> {
                left = page.logs().stream().filter(this::isNew).toList().iterator();
                from = page.next().orElse(null);
                done += from == null ? 1 : 0;
                return next();
            });
        }

        /** Whether a log of the present wildcard is of no name and no wildcard before it. */
        private boolean isNew(ChannelName log) {
            List<String> topics = Interest.topics(log, "");
            return !named.containsKey(log)
                    && wildcards.subList(0, done).stream().noneMatch(wildcard -> topics.contains(wildcard.topic()));
        }

        List<Interest> in(ChannelName log) {
            List<String> topics = Interest.topics(log, "");
            return java.util.stream.Stream.concat(
                            named.getOrDefault(log, List.of()).stream(),
                            wildcards.stream().filter(wildcard -> topics.contains(wildcard.topic())))
                    .toList();
        }
    }

    /** One page in the making. One log after the other, so what is in memory at once is little more than the page. */
    private final class Reading {
        private final Wanted wanted;
        private final long after;
        private final CompletableFuture<Recent.Page> made = new CompletableFuture<>();
        private List<Row> rows = new ArrayList<>(); // one log at a time
        private long end; // one log at a time; what is later is for another page

        Reading(Wanted wanted, long after, long head) {
            this.wanted = wanted;
            this.after = after;
            this.end = head;
        }

        CompletionStage<Recent.Page> begin() {
            next();
            return made;
        }

        /** Not one stage behind the other: there may be very many logs. */
        private void next() {
            wanted.next()
                    .thenCompose(log -> log.isEmpty()
                            ? CompletableFuture.completedFuture(false)
                            : new OneLog(log.get()).from(after + 1))
                    .whenCompleteAsync(
                            (more, failure) -> {
                                if (failure != null) {
                                    made.completeExceptionally(failure);
                                } else if (more) {
                                    cut();
                                    next();
                                } else {
                                    made.complete(page());
                                }
                            },
                            executor);
        }

        private Recent.Page page() {
            List<Delivery> deliveries =
                    rows.stream().flatMap(row -> row.deliveries.stream()).toList();
            return new Recent.Page(deliveries, new Cursor(end, base));
        }

        /** Keeps what fits a batch, but at least one entry, and what is not behind the end. */
        private void cut() {
            rows.sort(Comparator.comparingLong(Row::timetoken));
            List<Row> kept = new ArrayList<>();
            int count = 0;
            long bytes = 0;
            for (Row row : rows) {
                count += row.deliveries.size();
                bytes += row.bytes();
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
            private final List<Interest> interests;
            private int count; // one page at a time
            private long bytes; // one page at a time

            OneLog(ChannelName log) {
                this.log = log;
                this.interests = wanted.in(log);
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
                return logs.withdrawn().in(log, first, last + 1).thenApply(gone -> {
                    found.stream()
                            .filter(each -> each.timetoken() <= end && !gone.test(each.timetoken()))
                            .forEach(each -> rows.add(Row.of(each, base, interests)));
                    return true;
                });
            }
        }
    }
}
