package dev.mirror.gateway.history;

import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.keyset.Keyset;
import dev.mirror.spi.Broker;
import java.util.concurrent.CompletionStage;

/** The messages that history shows. Safe for any thread; nothing blocks. */
public final class StoredMessages {
    private final Messages messages;

    /** Those of the logs of a broker, without what was deleted. */
    public StoredMessages(Broker broker, Deletions deletions) {
        this.messages = new Messages(broker, deletions);
    }

    /** Whether there is a message with this timetoken. */
    public CompletionStage<Boolean> isThere(Keyset keyset, ChannelName channel, long timetoken) {
        Span span = new Span(timetoken, timetoken + 1);
        return messages.oldest(new Messages.Log(keyset, channel), span, 1, new Budget())
                .thenApply(found -> !found.isEmpty());
    }
}
