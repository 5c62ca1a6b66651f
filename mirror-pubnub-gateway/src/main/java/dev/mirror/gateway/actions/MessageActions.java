package dev.mirror.gateway.actions;

import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.keyset.Keyset;
import dev.mirror.gateway.state.StateStore;
import dev.mirror.gateway.state.StateStore.Change;
import dev.mirror.gateway.state.StateStore.Item;
import dev.mirror.gateway.state.StateStore.Span;
import dev.mirror.gateway.wire.Refusal;
import dev.mirror.gateway.wire.Timetoken;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The actions on the messages of channels, in a {@link StateStore}: by when they were done, by message, and by who did
 * what, which is there once.
 *
 * <p>Limit: {@value #MAX_PER_MESSAGE} actions on a message. Safe for any thread.
 */
public final class MessageActions {
    /** How many actions a message has at most. */
    public static final int MAX_PER_MESSAGE = 1_000;

    /** Each has three keys. */
    private static final int FORGOTTEN_AT_ONCE = StateStore.MAX_MANY / 3;

    private final StateStore store;
    private final InstantSource clock;
    private final AtomicLong last = new AtomicLong(); // the timetoken of the newest action

    /** Where the actions of a channel are. */
    private record Shelf(String space, String channel) {
        static Shelf of(Keyset keyset, ChannelName channel) {
            return new Shelf("actions:" + keyset.subscribeKey(), channel.canonical());
        }

        String byTime(long timetoken) {
            return "a/" + channel + '/' + digits(timetoken);
        }

        String byMessage(long message) {
            return "m/" + channel + '/' + digits(message) + '/';
        }

        String byMessage(Action action) {
            return byMessage(action.message()) + digits(action.timetoken());
        }

        String byWhat(Action action) {
            Action.What what = action.what();
            return "u/" + channel + '/' + digits(action.message()) + '/'
                    + hash(what.uuid() + '\0' + what.type() + '\0' + what.value());
        }

        private static String digits(long timetoken) {
            return String.format("%019d", timetoken);
        }
    }

    /**
     * Some of the actions of a channel.
     *
     * @param from the first timetoken
     * @param to the first that no longer belongs to it
     */
    public record Times(long from, long to) {}

    /** Keeps actions in this store. */
    public MessageActions(StateStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /** Adds an action; 409 if it is there already. */
    CompletionStage<Action> add(Keyset keyset, ChannelName channel, long message, Action.What what) {
        Shelf shelf = Shelf.of(keyset, channel);
        Span all = Span.under(shelf.byMessage(message), MAX_PER_MESSAGE);
        return store.list(shelf.space, all).thenCompose(there -> {
            if (there.size() >= MAX_PER_MESSAGE) {
                throw new Refusal(400, "Maximum count of actions on a message is " + MAX_PER_MESSAGE);
            }
            return add(shelf, message, what);
        });
    }

    private CompletionStage<Action> add(Shelf shelf, long message, Action.What what) {
        Action action = new Action(message, next(), what);
        List<Change> changes = List.of(
                Change.add(shelf.byWhat(action), Long.toString(action.timetoken())),
                Change.add(shelf.byTime(action.timetoken()), action.stored()),
                Change.put(shelf.byMessage(action), action.stored()));
        return store.write(shelf.space, changes).thenCompose(added -> {
            if (added) {
                return CompletableFuture.completedFuture(action);
            }
            return store.get(shelf.space, shelf.byWhat(action)).thenCompose(same -> {
                if (same.isPresent()) {
                    throw new Refusal(409, "Action Already Added");
                }
                return add(shelf, message, what); // the clock was put back, and the timetoken is in use
            });
        });
    }

    /** Timetokens of this process grow. */
    private long next() {
        long now = Timetoken.of(clock.instant());
        return last.updateAndGet(before -> Math.max(now, before + 1));
    }

    /** The action with this timetoken on a message. */
    CompletionStage<Optional<Action>> find(Keyset keyset, ChannelName channel, long message, long timetoken) {
        Shelf shelf = Shelf.of(keyset, channel);
        return store.get(shelf.space, shelf.byTime(timetoken))
                .thenApply(stored -> stored.map(Action::read).filter(action -> action.message() == message));
    }

    /** Takes an action away; whether it was there. */
    CompletionStage<Boolean> remove(Keyset keyset, ChannelName channel, Action action) {
        Shelf shelf = Shelf.of(keyset, channel);
        return store.write(
                shelf.space,
                List.of(
                        Change.take(shelf.byTime(action.timetoken())),
                        Change.remove(shelf.byMessage(action)),
                        Change.remove(shelf.byWhat(action))));
    }

    /** The newest actions that were done in these times, the newest first. */
    CompletionStage<List<Action>> newest(Keyset keyset, ChannelName channel, Times times, int limit) {
        Shelf shelf = Shelf.of(keyset, channel);
        Span span = new Span(shelf.byTime(times.from), shelf.byTime(times.to), true, limit);
        return store.list(shelf.space, span).thenApply(MessageActions::read);
    }

    /** Every action on the messages of these times, message by message, the oldest first. */
    public CompletionStage<List<Action>> on(Keyset keyset, ChannelName channel, Times messages) {
        Shelf shelf = Shelf.of(keyset, channel);
        List<Action> all = new ArrayList<>(); // one page at a time
        return store.each(
                        shelf.space,
                        shelf.byMessage(messages.from),
                        shelf.byMessage(messages.to),
                        items -> all.addAll(read(items)))
                .thenApply(done -> all);
    }

    private static List<Action> read(List<Item> items) {
        return items.stream().map(item -> Action.read(item.value())).toList();
    }

    /** Takes away every action on the messages of these times, because the messages are gone. */
    public CompletionStage<Boolean> forget(Keyset keyset, ChannelName channel, Times messages) {
        Shelf shelf = Shelf.of(keyset, channel);
        Span span = new Span(shelf.byMessage(messages.from), shelf.byMessage(messages.to), false, FORGOTTEN_AT_ONCE);
        return store.list(shelf.space, span).thenCompose(items -> {
            List<Change> changes = new ArrayList<>();
            for (Action action : read(items)) {
                changes.add(Change.remove(shelf.byTime(action.timetoken())));
                changes.add(Change.remove(shelf.byMessage(action)));
                changes.add(Change.remove(shelf.byWhat(action)));
            }
            if (changes.isEmpty()) {
                return CompletableFuture.completedFuture(true);
            }
            return store.write(shelf.space, changes)
                    .thenCompose(done -> items.size() < FORGOTTEN_AT_ONCE
                            ? CompletableFuture.completedFuture(true)
                            : forget(keyset, channel, messages));
        });
    }

    private static String hash(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
