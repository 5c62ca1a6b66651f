package dev.mirror.gateway.state;

import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** {@link StateStore} in memory: K1 to K5 as long as the process lives. Stages are complete when a method returns. */
public final class MemoryStateStore implements StateStore {
    /** How many items all spaces have together; one more fails with {@code store.full}. */
    public static final int MAX_ITEMS = 1_000_000;

    /** The order of UTF-8, which is not that of {@code char}s. */
    private static final Comparator<String> BY_CODE_POINTS = MemoryStateStore::byCodePoints;

    private final Map<String, NavigableMap<String, String>> spaces = new HashMap<>(); // guarded by itself
    private int items; // guarded by spaces

    /** An empty store. */
    public MemoryStateStore() {}

    @Override
    public CompletionStage<Optional<String>> get(String space, String key) {
        requireText(key);
        synchronized (spaces) {
            return CompletableFuture.completedFuture(
                    Optional.ofNullable(space(space).get(key)));
        }
    }

    @Override
    public CompletionStage<List<Item>> list(String space, Span span) {
        synchronized (spaces) {
            NavigableMap<String, String> all = space(space);
            if (BY_CODE_POINTS.compare(span.from(), span.to()) >= 0) {
                return CompletableFuture.completedFuture(List.of());
            }
            NavigableMap<String, String> some = all.subMap(span.from(), true, span.to(), false);
            List<Item> listed = (span.backward() ? some.descendingMap() : some)
                    .entrySet().stream()
                            .limit(span.limit())
                            .map(entry -> new Item(entry.getKey(), entry.getValue()))
                            .toList();
            return CompletableFuture.completedFuture(listed);
        }
    }

    @Override
    public CompletionStage<Boolean> write(String space, List<Change> changes) {
        if (changes.size() > MAX_MANY) {
            throw new IllegalArgumentException("a write has at most " + MAX_MANY + " changes");
        }
        synchronized (spaces) {
            NavigableMap<String, String> all = space(space);
            if (!changes.stream().allMatch(change -> holds(all, change))) {
                return CompletableFuture.completedFuture(false);
            }
            if (items + changes.size() > MAX_ITEMS) {
                return CompletableFuture.failedFuture(
                        new MirrorException(ErrorCode.STORE_FULL, "there is room for " + MAX_ITEMS + " items"));
            }
            for (Change change : changes) {
                String value = change.value();
                String before = value == null ? all.remove(change.key()) : all.put(change.key(), value);
                items += (value == null ? 0 : 1) - (before == null ? 0 : 1);
            }
            return CompletableFuture.completedFuture(true);
        }
    }

    private static boolean holds(Map<String, String> all, Change change) {
        return switch (change.guard()) {
            case NONE -> true;
            case ABSENT -> !all.containsKey(change.key());
            case PRESENT -> all.containsKey(change.key());
        };
    }

    private static void requireText(String text) {
        if (text.indexOf(0) >= 0) {
            throw new IllegalArgumentException("no database keeps U+0000");
        }
    }

    private NavigableMap<String, String> space(String name) {
        requireText(name);
        return spaces.computeIfAbsent(name, absent -> new TreeMap<>(BY_CODE_POINTS));
    }

    private static int byCodePoints(String one, String other) {
        int length = Math.min(one.length(), other.length());
        for (int i = 0; i < length; i++) {
            char a = one.charAt(i);
            char b = other.charAt(i);
            if (a != b) {
                boolean alike = Character.isSurrogate(a) == Character.isSurrogate(b);
                return alike ? Character.compare(a, b) : Character.isSurrogate(a) ? 1 : -1;
            }
        }
        return Integer.compare(one.length(), other.length());
    }
}
