package dev.mirror.gateway.history;

import dev.mirror.gateway.actions.Action;
import dev.mirror.gateway.actions.MessageActions;
import dev.mirror.gateway.stream.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Reads what was done to the messages of an answer: from the newest message on, as long as there is room, but of one at
 * least. Used for one answer, one message after the other.
 */
final class WithActions {
    private final MessageActions store;
    private final Messages.Log log;
    private final Budget budget = new Budget(); // of actions alone; the messages had theirs
    private final List<Action> actions = new ArrayList<>(); // one message at a time

    WithActions(MessageActions store, Messages.Log log) {
        this.store = store;
        this.log = log;
    }

    /**
     * A part of an answer.
     *
     * @param entries the newest of those asked for; the oldest of them first
     * @param isCut whether there were more
     */
    record Page(List<Entry> entries, List<Action> actions, boolean isCut) {
        /** What an answer with the rest begins before. */
        long first() {
            return entries.get(0).shown().timetoken();
        }
    }

    CompletionStage<Page> of(List<Entry> found) {
        return downFrom(found, found.size());
    }

    private CompletionStage<Page> downFrom(List<Entry> found, int index) {
        if (index == 0) {
            return CompletableFuture.completedFuture(new Page(found, actions, false));
        }
        long message = found.get(index - 1).shown().timetoken();
        return store.on(log.keyset(), log.channel(), new MessageActions.Times(message, message + 1))
                .thenCompose(done -> {
                    actions.addAll(done);
                    boolean full =
                            budget.spend(done.stream().mapToLong(Action::bytes).sum());
                    if (!full || index == 1) {
                        return downFrom(found, index - 1);
                    }
                    List<Entry> page = found.subList(index - 1, found.size());
                    return CompletableFuture.completedFuture(new Page(page, actions, true));
                });
    }
}
