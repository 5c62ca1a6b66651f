package dev.mirror.client;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mirror.channel.ChannelName;
import dev.mirror.client.direct.Mark;
import dev.mirror.message.Position;
import java.util.concurrent.CompletableFuture;

/**
 * The verbs of a bot, aimed at one channel: the client makes one for each event, and {@link MirrorClient#chat} for any
 * channel. Safe for any thread. Its futures fail as {@link MirrorClient}'s do.
 *
 * <pre>{@code
 * builder.onDirect((question, chat) -> {
 *     chat.markRead(question.position());
 *     Receipt said = chat.reply("Looking …").get();
 *     chat.edit(said.position(), answer(question.text()));
 * })
 * }</pre>
 *
 * <p><b>Amendments</b> ({@link #edit}, {@link #delete}, {@link #react}, {@link #unreact}) are publications of their own, and
 * complete when they are stored. The server does not look into them: whoever shows the channel decides what counts, which
 * is an edit or a deletion by the publisher of the original only, and anybody's reactions, up to 20 a user (W49 to W52).
 *
 * <p><b>Marks</b> ({@link #markReceived}, {@link #markRead}) exist in conversations only. They grow only, so a lower one
 * changes nothing. To mark every message is cheap: what one conversation marks while an earlier mark is on its way
 * goes out as one.
 */
public final class Chat {
    private final MirrorClient client;
    private final ChannelName channel;

    Chat(MirrorClient client, ChannelName channel) {
        this.client = client;
        this.channel = channel;
    }

    /** The channel; what a handler gets for a direct message is the conversation, with this client's user first. */
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
        return client.say(channel, Json.chat(text));
    }

    /** Publishes an object here, as Jackson writes it. */
    @CanIgnoreReturnValue
    public CompletableFuture<Receipt> reply(Object data) {
        return MirrorClient.json(data, json -> client.say(channel, json));
    }

    /** Replaces what this user said here with another text. */
    @CanIgnoreReturnValue
    public CompletableFuture<Receipt> edit(Position original, String text) {
        return client.amend(channel, () -> Amendments.edit(original, Json.chat(text)));
    }

    /** Replaces what this user said here with an object, as Jackson writes it; not with {@code null}. */
    @CanIgnoreReturnValue
    public CompletableFuture<Receipt> edit(Position original, Object data) {
        return client.amend(channel, () -> Amendments.edit(original, Json.write(data)));
    }

    /** Takes away what this user said here; its place is left, and nothing amends it further. */
    @CanIgnoreReturnValue
    public CompletableFuture<Receipt> delete(Position original) {
        return client.amend(channel, () -> Amendments.delete(original));
    }

    /**
     * Adds a reaction to something that was said here.
     *
     * @param value such as {@code "👍"}: 1 to 64 characters, or the future fails with {@code bad.frame}
     */
    @CanIgnoreReturnValue
    public CompletableFuture<Receipt> react(Position original, String value) {
        return client.amend(channel, () -> Amendments.react(original, value));
    }

    /** Takes this user's reaction back. */
    @CanIgnoreReturnValue
    public CompletableFuture<Receipt> unreact(Position original, String value) {
        return client.amend(channel, () -> Amendments.unreact(original, value));
    }

    /**
     * Says that everything up to here has arrived at this user. Completes with this user's marks as the server has them
     * then. It fails with {@code conflict} if the log began anew since, with {@code not.found} if nothing was said here,
     * and with {@code bad.channel} if this is not a conversation.
     */
    @CanIgnoreReturnValue
    public CompletableFuture<Mark> markReceived(Position position) {
        return client.mark(channel, new Mark(position.epoch(), position.offset(), 0));
    }

    /** Says that this user has read everything up to here, and so received it; see {@link #markReceived}. */
    @CanIgnoreReturnValue
    public CompletableFuture<Mark> markRead(Position position) {
        return client.mark(channel, new Mark(position.epoch(), 0, position.offset()));
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
