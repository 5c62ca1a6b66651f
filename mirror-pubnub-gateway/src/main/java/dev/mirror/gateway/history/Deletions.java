package dev.mirror.gateway.history;

import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.keyset.Keyset;
import dev.mirror.gateway.state.StateStore;
import dev.mirror.gateway.state.StateStore.Change;
import dev.mirror.gateway.state.StateStore.Item;
import dev.mirror.gateway.state.Turns;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongPredicate;

/**
 * What was deleted: spans of channels, apart from each other, in a {@link StateStore}. Logs keep what is in them; it is
 * only shown no more. Nobody else may write to the spaces. Safe for any thread.
 */
public final class Deletions {
    /** How many spans one step joins at most, with room for the one that comes of it. */
    private static final int JOINED_AT_ONCE = StateStore.MAX_MANY - 1;

    private final StateStore store;
    private final Turns turns = new Turns();

    /** Where the spans of a channel are, by where they end. */
    private record Shelf(String space, String channel) {
        static Shelf of(Keyset keyset, ChannelName channel) {
            return new Shelf("deleted:" + keyset.subscribeKey(), channel.canonical() + '/');
        }

        String key(long end) {
            return channel + String.format("%019d", end);
        }

        Span span(Item item) {
            return new Span(
                    Long.parseLong(item.value()), Long.parseLong(item.key().substring(channel.length())));
        }
    }

    /** Keeps spans in this store. */
    public Deletions(StateStore store) {
        this.store = store;
    }

    /** Tells which timetokens of a stretch of a channel were deleted; the second bound is behind the stretch. */
    public CompletionStage<LongPredicate> deleted(Keyset keyset, ChannelName channel, long from, long to) {
        return in(keyset, channel, new Span(from, to))
                .thenApply(spans -> timetoken -> spans.stream().anyMatch(span -> span.contains(timetoken)));
    }

    /** The deleted spans that have something in common with a span, the oldest first. */
    CompletionStage<List<Span>> in(Keyset keyset, ChannelName channel, Span span) {
        return more(Shelf.of(keyset, channel), span, List.of());
    }

    private CompletionStage<List<Span>> more(Shelf shelf, Span wanted, List<Span> before) {
        return some(shelf, wanted.from() + 1, StateStore.MAX_MANY).thenCompose(found -> {
            List<Span> all = new ArrayList<>(before);
            found.stream().filter(span -> span.from() < wanted.to()).forEach(all::add);
            if (found.size() < StateStore.MAX_MANY
                    || found.get(found.size() - 1).from() >= wanted.to()) {
                return CompletableFuture.completedFuture(all);
            }
            return more(shelf, new Span(found.get(found.size() - 1).to(), wanted.to()), all);
        });
    }

    /** The first spans that end there or later. */
    private CompletionStage<List<Span>> some(Shelf shelf, long end, int limit) {
        StateStore.Span keys = new StateStore.Span(shelf.key(end), shelf.key(Span.NEVER), false, limit);
        return store.list(shelf.space, keys)
                .thenApply(items -> items.stream().map(shelf::span).toList());
    }

    /** Deletes a span. */
    CompletionStage<Void> add(Keyset keyset, ChannelName channel, Span span) {
        Shelf shelf = Shelf.of(keyset, channel);
        return turns.run(() -> join(shelf, span));
    }

    /** Takes the spans that it touches into it. */
    private CompletionStage<Void> join(Shelf shelf, Span span) {
        return some(shelf, span.from(), JOINED_AT_ONCE).thenCompose(found -> {
            List<Span> touched =
                    found.stream().filter(each -> each.from() <= span.to()).toList();
            List<Change> changes = new ArrayList<>();
            Span joined = span;
            for (Span each : touched) {
                joined = new Span(Math.min(joined.from(), each.from()), Math.max(joined.to(), each.to()));
                changes.add(Change.remove(shelf.key(each.to())));
            }
            String key = shelf.key(joined.to());
            changes.removeIf(change -> change.key().equals(key));
            changes.add(Change.put(key, Long.toString(joined.from())));
            Span next = joined;
            return store.write(shelf.space, changes)
                    .thenCompose(done -> touched.size() < JOINED_AT_ONCE
                            ? CompletableFuture.completedFuture(null)
                            : join(shelf, next));
        });
    }
}
