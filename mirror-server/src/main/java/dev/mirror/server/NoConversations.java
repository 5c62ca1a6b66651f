package dev.mirror.server;

import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.spi.Conversations;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Refuses what a place without a list of channels, and without marks in step with its logs, cannot tell: the
 * conversations of a user, and how far they were read. Conversations themselves, and their history, are there.
 */
final class NoConversations implements Conversations {
    private static <T> CompletionStage<T> refused() {
        return CompletableFuture.failedFuture(new MirrorException(
                ErrorCode.UNKNOWN_CODE, "lists of conversations and marks are not kept where channels live in PubNub"));
    }

    @Override
    public CompletionStage<Mark> mark(UserId user, ChannelName channel, Mark mark) {
        return refused();
    }

    @Override
    public CompletionStage<Listed> of(UserId user, int limit) {
        return refused();
    }

    /** Nobody could ask. */
    @Override
    public CompletionStage<Void> seen(UserId user, Instant when) {
        return CompletableFuture.completedFuture(null);
    }
}
