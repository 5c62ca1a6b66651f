package dev.mirror.gateway.state;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what the gateway has to know beside the logs of channels: groups, actions, revoked tokens and the like. It is a
 * table of texts in spaces; what they mean is for whoever writes them.
 *
 * <ol>
 *   <li><b>K1</b> A write completes when it can be read by everybody, as durable as the log beside it.
 *   <li><b>K2</b> A list is in the order of the keys, by code points, and has at most the limit.
 *   <li><b>K3</b> The changes of one write happen together or not at all, and nobody reads some of them.
 *   <li><b>K4</b> A write of which one guard does not hold changes nothing and yields false. Guards are looked at, and
 *       changes made, in one step.
 *   <li><b>K5</b> Spaces are apart.
 *   <li><b>K6</b> After the end of what it stands on everything fails with {@code busy}.
 *   <li><b>K7</b> What no database keeps, U+0000, is refused with an {@link IllegalArgumentException}, wherever it stands.
 * </ol>
 *
 * <p>Failures arrive through the stage, as {@link dev.mirror.message.MirrorException}. Safe for any thread; nothing
 * blocks. What is chained to a stage may run on a thread of the store and must not block.
 */
public interface StateStore {
    /** The longest key and the longest name of a space, in characters. */
    int MAX_KEY = 512;

    /** The longest value, in characters. */
    int MAX_VALUE = 65_536;

    /** How many changes a write has at most, and how many items a list. */
    int MAX_MANY = 1_000;

    /** The value under a key. */
    CompletionStage<Optional<String>> get(String space, String key);

    /** The items of a span of keys. */
    CompletionStage<List<Item>> list(String space, Span span);

    /**
     * Hands over every item of the keys from {@code from} to before {@code to}, in order, a page at a time; the next one
     * is read when this one was seen. What is written meanwhile may be among them or not.
     */
    default CompletionStage<Void> each(String space, String from, String to, Consumer<List<Item>> page) {
        return list(space, new Span(from, to, false, MAX_MANY)).thenCompose(items -> {
            page.accept(items);
            return items.size() < MAX_MANY
                    ? CompletableFuture.completedFuture(null)
                    : each(space, Span.next(items.get(items.size() - 1).key()), to, page);
        });
    }

    /** The same for every key with a beginning. */
    default CompletionStage<Void> each(String space, String beginning, Consumer<List<Item>> page) {
        return each(space, beginning, Span.under(beginning, MAX_MANY).to(), page);
    }

    /** Makes all the changes, each at a key of its own, if every guard holds; whether it did. */
    CompletionStage<Boolean> write(String space, List<Change> changes);

    /**
     * A key and the value under it.
     *
     * @param key 1 to {@value StateStore#MAX_KEY} characters, none below U+0020
     * @param value at most {@value StateStore#MAX_VALUE} characters, none of them U+0000
     */
    record Item(String key, String value) {
        /** @throws IllegalArgumentException if they are not what they should be */
        public Item {
            requireKey(key);
            requireValue(value);
        }
    }

    /**
     * What happens to a key.
     *
     * @param value the new value; {@code null} to remove the key
     */
    record Change(String key, @Nullable String value, Guard guard) {
        /** What has to hold before any of the changes is made. */
        public enum Guard {
            /** Whatever is there. */
            NONE,
            /** There is nothing yet. */
            ABSENT,
            /** There is something. */
            PRESENT
        }

        /** @throws IllegalArgumentException if they are not what an {@link Item} has */
        public Change {
            requireKey(key);
            if (value != null) {
                requireValue(value);
            }
        }

        /** Sets a value, whatever was there. */
        public static Change put(String key, String value) {
            return new Change(key, value, Guard.NONE);
        }

        /** Sets a value where nothing is. */
        public static Change add(String key, String value) {
            return new Change(key, value, Guard.ABSENT);
        }

        /** Removes what may be there. */
        public static Change remove(String key) {
            return new Change(key, null, Guard.NONE);
        }

        /** Removes what has to be there. */
        public static Change take(String key) {
            return new Change(key, null, Guard.PRESENT);
        }
    }

    /**
     * Some of the keys, in order.
     *
     * @param from the first key
     * @param to the first key that no longer belongs to it
     * @param backward whether the list begins with the last of them
     * @param limit 1 to {@value StateStore#MAX_MANY}
     */
    record Span(String from, String to, boolean backward, int limit) {
        /** Follows every key that a space may have after the same beginning. */
        private static final String LAST = new String(Character.toChars(Character.MAX_CODE_POINT));

        /** @throws IllegalArgumentException if the limit is out of range, or an end has U+0000 */
        public Span {
            if (from.indexOf(0) >= 0 || to.indexOf(0) >= 0) {
                throw new IllegalArgumentException("no database keeps U+0000");
            }
            if (limit < 1 || limit > MAX_MANY) {
                throw new IllegalArgumentException("a list has 1 to " + MAX_MANY + " items");
            }
        }

        /** The first of the keys with a beginning. */
        public static Span under(String beginning, int limit) {
            return new Span(beginning, beginning + LAST, false, limit);
        }

        /** The key that comes right behind another: nothing is between the two. */
        public static String next(String key) {
            return key + '\u0001';
        }
    }

    /** @throws IllegalArgumentException if it is not a key */
    private static void requireKey(String key) {
        if (key.isEmpty() || key.length() > MAX_KEY || key.chars().anyMatch(c -> c < ' ')) {
            throw new IllegalArgumentException("not a key");
        }
    }

    private static void requireValue(String value) {
        if (value.length() > MAX_VALUE || value.indexOf(0) >= 0) {
            throw new IllegalArgumentException("not a value");
        }
    }
}
