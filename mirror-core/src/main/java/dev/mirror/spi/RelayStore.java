package dev.mirror.spi;

import dev.mirror.identity.UserId;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Keeps requests for a conversation while their receiver is away. The wire of 2018 has no positions, so a peer that
 * speaks it cannot ask for what it missed; this is where its requests wait.
 *
 * <ol>
 *   <li><b>R1</b> What was kept is taken once: a take returns it and forgets it in one step, whoever asks first.
 *   <li><b>R2</b> A take returns requests in the order in which they were kept.
 *   <li><b>R3</b> The same spelling kept twice for one receiver waits once.
 *   <li><b>R4</b> At most {@value #MAX_PER_USER} wait for one receiver; one more fails with {@code too.many}.
 *   <li><b>R5</b> What waits for one receiver is never returned for another.
 * </ol>
 *
 * <p>Safe for any thread; must not block the caller.
 */
public interface RelayStore {
    /** How many requests wait for one receiver at most. */
    int MAX_PER_USER = 1_000;

    /**
     * Keeps a request.
     *
     * @param channel the conversation as the sender spelled it
     */
    CompletionStage<Void> keep(UserId receiver, String channel);

    /** Returns and forgets what waits for the receiver. */
    CompletionStage<List<String>> take(UserId receiver);
}
