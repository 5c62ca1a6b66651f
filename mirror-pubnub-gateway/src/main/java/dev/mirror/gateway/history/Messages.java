package dev.mirror.gateway.history;

import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.keyset.Keyset;
import dev.mirror.gateway.stream.Entry;
import dev.mirror.gateway.stream.Envelope;
import dev.mirror.gateway.stream.SoundPages;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import dev.mirror.spi.History;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Reads the messages of logs: without what was deleted, and without what was only done to messages. Any thread. */
final class Messages {
    private final SoundPages pages;
    private final Deletions deletions;

    Messages(Broker broker, Deletions deletions) {
        this.pages = new SoundPages(broker);
        this.deletions = deletions;
    }

    /** A log, seen by the clients of a keyset. */
    record Log(Keyset keyset, ChannelName channel) {}

    /** The newest messages of a span, as many as there is room for, but at least one; the oldest of them first. */
    CompletionStage<List<Entry>> newest(Log log, Span span, int count, Budget budget) {
        return span.isEmpty()
                ? CompletableFuture.completedFuture(List.of())
                : new Backward(log, span.from(), count, budget).from(span.to());
    }

    /** The oldest messages of a span, as many as there is room for, but at least one; the oldest first. */
    CompletionStage<List<Entry>> oldest(Log log, Span span, int count, Budget budget) {
        return span.isEmpty()
                ? CompletableFuture.completedFuture(List.of())
                : new Forward(log, span.to(), count, budget).from(span.from());
    }

    /** The timetoken of the newest entry of a log, whatever it is; empty if there is none. */
    CompletionStage<Optional<Long>> tail(ChannelName channel) {
        return pages.until(channel, Span.NEVER, 1)
                .thenApply(page ->
                        page.publications().stream().map(Publication::timetoken).findFirst());
    }

    private static boolean isMessage(Entry entry, List<Span> deleted) {
        return entry.envelope().kind() == Envelope.MESSAGE
                && deleted.stream()
                        .noneMatch(span -> span.contains(entry.shown().timetoken()));
    }

    /** A page of a log, and what of it was deleted. */
    private record Page(History history, List<Span> deleted) {
        List<Publication> publications() {
            return history.publications();
        }

        long first() {
            return publications().get(0).timetoken();
        }

        long last() {
            return publications().get(publications().size() - 1).timetoken();
        }

        /** Where the deleted span begins that a timetoken lies in, or the timetoken itself. */
        long before(long timetoken) {
            return deleted.stream()
                    .filter(span -> span.contains(timetoken))
                    .mapToLong(Span::from)
                    .findFirst()
                    .orElse(timetoken);
        }

        /** Where the deleted span ends that a timetoken lies in, or right behind the timetoken. */
        long behind(long timetoken) {
            return deleted.stream()
                    .filter(span -> span.contains(timetoken))
                    .mapToLong(Span::to)
                    .findFirst()
                    .orElse(timetoken + 1);
        }
    }

    private CompletionStage<Page> page(Log log, CompletionStage<History> read) {
        return read.thenCompose(history -> {
            if (history.publications().isEmpty()) {
                return CompletableFuture.completedFuture(new Page(history, List.of()));
            }
            Page page = new Page(history, List.of());
            return deletions
                    .in(log.keyset, log.channel, new Span(page.first(), page.last() + 1))
                    .thenApply(deleted -> new Page(history, deleted));
        });
    }

    /** One answer in the making; one page after the other. */
    private final class Backward {
        private final Log log;
        private final long oldest;
        private final int count;
        private final Deque<Entry> found = new ArrayDeque<>(); // one page at a time
        private final Budget budget;
        private int limit; // one page at a time; small while it may do
        private boolean full; // one page at a time

        Backward(Log log, long oldest, int count, Budget budget) {
            this.log = log;
            this.oldest = oldest;
            this.count = count;
            this.budget = budget;
            this.limit = Math.min(count, SoundPages.FIRST_ROWS);
        }

        CompletionStage<List<Entry>> from(long to) {
            CompletionStage<History> read = pages.until(log.channel, to, limit);
            limit = SoundPages.MAX_ROWS;
            return page(log, read).thenCompose(page -> {
                List<Publication> publications = page.publications();
                for (int i = publications.size() - 1; i >= 0 && found.size() < count && !full; i--) {
                    Publication publication = publications.get(i);
                    Entry entry = Entry.of(publication, 1);
                    if (publication.timetoken() >= oldest && isMessage(entry, page.deleted)) {
                        found.addFirst(entry);
                        full = budget.spend(entry, true);
                    }
                }
                boolean end = publications.isEmpty()
                        || publications.get(0).position().offset() <= page.history.first()
                        || page.before(page.first()) <= oldest;
                return end || full || found.size() == count
                        ? CompletableFuture.completedFuture(List.copyOf(found))
                        : from(page.before(page.first()));
            });
        }
    }

    private final class Forward {
        private final Log log;
        private final long to;
        private final int count;
        private final Budget budget;
        private final List<Entry> found = new ArrayList<>(); // one page at a time
        private int limit; // one page at a time; small while it may do
        private boolean full; // one page at a time

        Forward(Log log, long to, int count, Budget budget) {
            this.log = log;
            this.to = to;
            this.budget = budget;
            this.count = count;
            this.limit = Math.min(count, SoundPages.FIRST_ROWS);
        }

        CompletionStage<List<Entry>> from(long from) {
            CompletionStage<History> read = pages.since(log.channel, from, limit);
            limit = SoundPages.MAX_ROWS;
            return page(log, read).thenCompose(page -> {
                List<Publication> publications = page.publications();
                for (Publication publication : publications) {
                    Entry entry = Entry.of(publication, 1);
                    if (found.size() < count
                            && !full
                            && publication.timetoken() < to
                            && isMessage(entry, page.deleted)) {
                        found.add(entry);
                        full = budget.spend(entry, false);
                    }
                }
                boolean end = SoundPages.isLast(page.history) || page.last() >= to - 1;
                return end || full || found.size() == count
                        ? CompletableFuture.completedFuture(List.copyOf(found))
                        : from(page.behind(page.last()));
            });
        }
    }

    /** How many messages there are from a time on, up to a most. */
    CompletionStage<Integer> count(Log log, long from, int most) {
        return count(log, from, most, 0);
    }

    private CompletionStage<Integer> count(Log log, long from, int most, int before) {
        return page(log, pages.since(log.channel, from, SoundPages.MAX_ROWS)).thenCompose(page -> {
            List<Publication> publications = page.publications();
            long here = publications.stream()
                    .map(publication -> Entry.of(publication, 1))
                    .filter(entry -> isMessage(entry, page.deleted))
                    .count();
            int counted = (int) Math.min(most, before + here);
            boolean end = counted == most || SoundPages.isLast(page.history);
            return end
                    ? CompletableFuture.completedFuture(counted)
                    : count(log, page.behind(page.last()), most, counted);
        });
    }
}
