package dev.mirror.gateway.groups;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.mirror.gateway.keyset.Groups;
import dev.mirror.gateway.keyset.Keyset;
import dev.mirror.gateway.state.StateStore;
import dev.mirror.gateway.state.StateStore.Change;
import dev.mirror.gateway.state.Turns;
import dev.mirror.gateway.wire.Refusal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * The groups in a {@link StateStore}. A group is there as long as it has channels. Nobody else may write to its spaces;
 * what was read is remembered.
 *
 * <p>Limits: {@value #MAX_CHANNELS} channels in a group. Safe for any thread.
 */
public final class StateGroups implements Groups {
    /** How many channels a group has at most. */
    public static final int MAX_CHANNELS = 2_000;

    private static final int REMEMBERED = 10_000;
    /** A group that there is: its name. */
    private static final String GROUP = "g/";
    /** A channel that is in it: the names of both. */
    private static final String MEMBER = "m/";

    private final StateStore store;
    private final Executor executor;
    private final Turns turns = new Turns();
    private final AsyncCache<Name, List<String>> known = Caffeine.newBuilder()
            .maximumSize(REMEMBERED)
            .executor(Runnable::run)
            .buildAsync();
    private final Map<Name, Set<Runnable>> watches = new ConcurrentHashMap<>(); // no set is empty

    private record Name(String subscribeKey, String group) {
        String space() {
            return "groups:" + subscribeKey;
        }

        String members() {
            return MEMBER + group + '/';
        }
    }

    /**
     * Keeps groups in this store.
     *
     * @param executor runs what watches a group: the threads of the store have other things to do
     */
    public StateGroups(StateStore store, Executor executor) {
        this.store = store;
        this.executor = executor;
    }

    @Override
    public CompletionStage<List<String>> channels(Keyset keyset, String group) {
        return channels(new Name(keyset.subscribeKey(), group));
    }

    private CompletionStage<List<String>> channels(Name name) {
        return known.get(
                name, (missing, executor) -> keys(name.space(), name.members()).toCompletableFuture());
    }

    /** The groups that there are. */
    CompletionStage<List<String>> groups(Keyset keyset) {
        return keys(new Name(keyset.subscribeKey(), "").space(), GROUP);
    }

    /** Puts channels into a group; 400 if it would have too many. */
    CompletionStage<Void> add(Keyset keyset, String group, List<String> channels) {
        Name name = new Name(keyset.subscribeKey(), group);
        return turns.run(() -> channels(name).thenCompose(members -> {
            Set<String> all = new HashSet<>(members);
            List<String> added = channels.stream().filter(all::add).toList();
            if (all.size() > MAX_CHANNELS) {
                throw new Refusal(400, "Maximum count of channels in a group is " + MAX_CHANNELS);
            }
            List<Change> changes = new ArrayList<>();
            added.forEach(channel -> changes.add(Change.put(name.members() + channel, "")));
            if (!added.isEmpty()) {
                changes.add(Change.put(GROUP + group, ""));
            }
            return write(name, changes);
        }));
    }

    /** Takes channels out of a group. */
    CompletionStage<Void> remove(Keyset keyset, String group, List<String> channels) {
        Name name = new Name(keyset.subscribeKey(), group);
        return turns.run(() -> channels(name).thenCompose(members -> {
            List<String> removed = channels.stream().filter(members::contains).toList();
            List<Change> changes = new ArrayList<>();
            removed.forEach(channel -> changes.add(Change.remove(name.members() + channel)));
            if (removed.size() == members.size()) {
                changes.add(Change.remove(GROUP + group));
            }
            return write(name, changes);
        }));
    }

    /** Takes every channel out of a group. */
    CompletionStage<Void> delete(Keyset keyset, String group) {
        return channels(keyset, group).thenCompose(members -> remove(keyset, group, members));
    }

    private CompletionStage<Void> write(Name name, List<Change> changes) {
        CompletionStage<Boolean> written = CompletableFuture.completedFuture(true);
        for (int i = 0; i < changes.size(); i += StateStore.MAX_MANY) {
            List<Change> some = changes.subList(i, Math.min(changes.size(), i + StateStore.MAX_MANY));
            written = written.thenCompose(before -> store.write(name.space(), some));
        }
        return written.handle((done, failure) -> {
                    known.synchronous().invalidate(name); // after a failure, too: nobody knows what is there
                    return failure == null
                            ? CompletableFuture.completedFuture(done)
                            : CompletableFuture.<Boolean>failedFuture(failure);
                })
                .thenCompose(outcome -> outcome)
                .thenAcceptAsync(
                        done -> {
                            if (!changes.isEmpty()) {
                                watches.getOrDefault(name, Set.of()).forEach(Runnable::run);
                            }
                        },
                        executor);
    }

    /** What stands behind a beginning, of every key that has it. */
    private CompletionStage<List<String>> keys(String space, String beginning) {
        List<String> keys = new ArrayList<>(); // one page at a time
        return store.each(
                        space,
                        beginning,
                        items -> items.forEach(item -> keys.add(item.key().substring(beginning.length()))))
                .thenApply(done -> List.copyOf(keys));
    }

    @Override
    public Watch watch(Keyset keyset, String group, Runnable changed) {
        Name name = new Name(keyset.subscribeKey(), group);
        Runnable one = new Runnable() { // the same task may watch twice
                    @Override
                    public void run() {
                        changed.run();
                    }
                };
        watches.compute(name, (watched, some) -> {
            Set<Runnable> all = some == null ? ConcurrentHashMap.newKeySet() : some;
            all.add(one);
            return all;
        });
        return () -> watches.computeIfPresent(name, (watched, all) -> {
            all.remove(one);
            return all.isEmpty() ? null : all;
        });
    }
}
