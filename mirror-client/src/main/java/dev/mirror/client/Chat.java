package dev.mirror.client;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.message.Position;
import java.util.concurrent.CompletableFuture;

/**
 * The verbs of a bot, aimed at one channel. Made by the client for each event; safe for any thread. Its futures fail
 * as {@link MirrorClient}'s do.
 */
public final class Chat {
    private final MirrorClient client;
    private final ChannelName channel;

    Chat(MirrorClient client, ChannelName channel) {
        this.client = client;
        this.channel = channel;
    }

    /** The channel; of a direct message the conversation, with this client's user first. */
    public ChannelName channel() {
        return channel;
    }

    /** The client, for verbs that are about other channels. */
    public MirrorClient client() {
        return client;
    }

    /** Says a text here. */
    @CanIgnoreReturnValue
    public CompletableFuture<Receipt> reply(String text) {
        return replyJson(Json.chat(text));
    }

    /** Publishes an object here, as Jackson writes it. */
    @CanIgnoreReturnValue
    public CompletableFuture<Receipt> reply(Object data) {
        return replyJson(Json.write(data));
    }

    private CompletableFuture<Receipt> replyJson(String json) {
        return channel.kind() == ChannelKind.DIRECT
                ? client.directJson(channel.receiver(), json)
                : client.publishJson(channel.toString(), json);
    }

    /** Tells those who are here something that is not kept, such as that the bot is typing. */
    @CanIgnoreReturnValue
    public CompletableFuture<Void> signal(Object data) {
        return client.signal(channel.toString(), data);
    }

    /** The last publications here, oldest first. */
    public CompletableFuture<HistoryPage> history(int limit) {
        return client.history(channel.toString(), limit);
    }

    /** The publications here that follow a position, oldest first. */
    public CompletableFuture<HistoryPage> history(Position after, int limit) {
        return client.history(channel.toString(), after, limit);
    }
}
