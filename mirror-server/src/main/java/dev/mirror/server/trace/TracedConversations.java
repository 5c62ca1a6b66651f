package dev.mirror.server.trace;

import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.spi.Conversations;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Conversations that tell the trace of marks; otherwise the ones they stand before. */
public final class TracedConversations implements Conversations {
    private final Conversations conversations;
    private final @Nullable TraceRing trace;

    /** @param trace hears of marks; {@code null} if nobody does */
    public TracedConversations(Conversations conversations, @Nullable TraceRing trace) {
        this.conversations = conversations;
        this.trace = trace;
    }

    @Override
    public CompletionStage<Mark> mark(UserId user, ChannelName channel, Mark mark) {
        CompletionStage<Mark> merged = conversations.mark(user, channel, mark);
        TraceRing told = trace;
        return told == null
                ? merged
                : merged.thenApply(now -> {
                    told.marked(user, channel, now);
                    return now;
                });
    }

    @Override
    public CompletionStage<Listed> of(UserId user, int limit) {
        return conversations.of(user, limit);
    }

    @Override
    public CompletionStage<Void> seen(UserId user, Instant when) {
        return conversations.seen(user, when);
    }
}
