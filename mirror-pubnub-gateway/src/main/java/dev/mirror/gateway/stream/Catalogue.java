package dev.mirror.gateway.stream;

import dev.mirror.channel.ChannelName;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Knows which logs there are. Safe for any thread; must not block. */
@FunctionalInterface
public interface Catalogue {
    /** A page of the logs that are wished for, in the order of their canonical names. */
    CompletionStage<Page> page(Wish wish);

    /**
     * Which logs.
     *
     * @param prefix what their canonical names begin with
     * @param from the first name that belongs to the page
     * @param since only logs whose newest entry has this timetoken or a later one
     * @param limit how many logs are looked at
     */
    record Wish(String prefix, String from, long since, int limit) {}

    /**
     * Some logs.
     *
     * @param logs fewer than were looked at if others have nothing new
     * @param next what the next page begins from; empty if there is none
     */
    record Page(List<ChannelName> logs, Optional<String> next) {
        /** Copies the list. */
        public Page {
            logs = List.copyOf(logs);
        }
    }

    /** Without any log. */
    static Catalogue none() {
        return wish -> CompletableFuture.completedFuture(new Page(List.of(), Optional.empty()));
    }
}
