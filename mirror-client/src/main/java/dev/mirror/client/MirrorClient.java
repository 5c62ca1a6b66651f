package dev.mirror.client;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.client.checkpoint.Start;
import dev.mirror.client.direct.Conversation;
import dev.mirror.client.direct.Conversations;
import dev.mirror.client.direct.Mark;
import dev.mirror.identity.UserId;
import dev.mirror.message.ClientMessage;
import dev.mirror.message.CloseReason;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import java.net.URI;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A user's presence in mirror, held by a program: a bot. It stays connected, hears what is said, and says things.
 *
 * <pre>{@code
 * public static void main(String[] args) throws Exception {
 *     MirrorClient bot = MirrorClient.builder(URI.create("ws://localhost:9000/ws"))
 *             .password("echo", System.getenv("MIRROR_PASSWORD"))
 *             .onDirect((message, chat) -> chat.reply("You said: " + message.text()))
 *             .onChannel("lobby", (message, chat) -> {
 *                 if (message.text().equals("!ping")) {
 *                     chat.reply("pong");
 *                 }
 *             })
 *             .build();
 *     bot.connect().join();
 *     bot.closed().join();
 * }
 * }</pre>
 *
 * <p><b>Life.</b> Handlers are registered on the builder, so that nothing can be missed. {@link #connect} begins; from
 * then on a lost connection is made again, after a wait that grows from 0.5 s to 30 s with full jitter, or as the server
 * says. Every channel, and the user's inbox, continues where it broke off: no publication is left out, none comes twice,
 * and what the server no longer has is told to the handler of gaps. {@link #close} ends it; so does a server that says to
 * stay away, or credentials that are not accepted.
 *
 * <p><b>Handled.</b> A publication is handled when its handler has returned; one that throws gets it again. With a
 * {@linkplain ClientBuilder#checkpoint checkpoint} a bot that was restarted, or killed, continues after the last one that
 * was handled; with one in a database, what a handler does there happens exactly once.
 *
 * <p><b>Requests.</b> Publications and questions go out in the order in which they were made, and are repeated after a
 * reconnect until they are answered; a publication's id makes the server count it once. At most 1,000 of them, of 1 MiB
 * together, wait for answers (settable); one more fails with {@link OutboxFullException}. What the server refuses for the
 * time being ({@code too.many}, {@code busy}, {@code store.full}, {@code store.unavailable}) is asked up to 20 times, as it
 * says when, and only then fails; a later request may overtake it. A signal is not repeated. Every future fails with
 * {@link MirrorException} and nothing else.
 *
 * <p><b>What is said is not final.</b> A publication can be edited, deleted and reacted to, by another publication that names
 * it. {@link Chat} has the verbs, {@link ClientBuilder#onAmendment} hears of it; a handler of messages never gets one.
 * How far conversations were received and read is told by {@link Chat#markRead} and {@link ClientBuilder#onMark}, and
 * asked by {@link #conversations}.
 *
 * <p><b>Threads.</b> Safe for any thread; no method but {@link #close} blocks. Handlers run on one thread of the
 * client's, or on an executor of the application's, in order for each conversation. Up to 1,000 events, or 4 MiB, wait for
 * slow handlers; what is more stays in the server's log and is asked for again. What is hung on a future runs on
 * another thread of the client's and must not wait for a further future of the same client; a handler may.
 */
public final class MirrorClient implements AutoCloseable {
    private final Core core;
    private final Gate gate;

    MirrorClient(Plan plan) {
        this.core = new Core(plan, this::chat);
        this.gate = core.gate();
    }

    /**
     * Begins to describe a client.
     *
     * @param server where mirror is: {@code ws://host:port/ws}, or {@code wss}; {@code http} and {@code https} mean the
     *     same, and a missing path means {@code /ws}
     * @throws IllegalArgumentException if it is not such an address
     */
    public static ClientBuilder builder(URI server) {
        return new ClientBuilder(server);
    }

    /**
     * Begins to connect. The future completes with this client once it is connected and listens to every channel that
     * was named on the builder. It fails if the server refused one of them, or if the client was closed before; as long
     * as the server is only not there, it waits.
     */
    @CanIgnoreReturnValue
    public CompletableFuture<MirrorClient> connect() {
        return core.connect().thenApply(done -> this);
    }

    /** Completes when the client is closed and its threads have ended, with why. */
    public CompletableFuture<CloseReason> closed() {
        return core.closed().copy();
    }

    /** Where it stands now. */
    public ClientState state() {
        return core.state();
    }

    /** Who the client is; empty before the first connection. */
    public Optional<UserId> user() {
        return Optional.ofNullable(core.welcome()).map(Welcome::user);
    }

    /** The user's own public room; empty before the first connection. */
    public Optional<ChannelName> room() {
        return Optional.ofNullable(core.welcome()).map(Welcome::room);
    }

    /** Says a text in a channel, with the payload of chat pages. Completes when it is stored. */
    @CanIgnoreReturnValue
    public CompletableFuture<Receipt> publish(String channel, String text) {
        return publishJson(channel, Json.chat(text));
    }

    /** Publishes an object, as Jackson writes it. Completes when it is stored. */
    @CanIgnoreReturnValue
    public CompletableFuture<Receipt> publish(String channel, Object data) {
        return json(data, json -> publishJson(channel, json));
    }

    /**
     * Publishes under an id of the application's own, so that it is one publication even if the program ends before the
     * answer and asks again when it was started anew.
     *
     * @param id 1 to 36 characters, none of them U+0000; used for nothing else by this user, ever
     */
    @CanIgnoreReturnValue
    public CompletableFuture<Receipt> publish(String channel, String id, Object data) {
        if (id.isEmpty() || id.length() > 36 || id.indexOf(0) >= 0) {
            return CompletableFuture.failedFuture(
                    new MirrorException(ErrorCode.BAD_FRAME, "an id has 1 to 36 characters, none of them U+0000"));
        }
        return json(
                data,
                json -> onChannel(channel, name -> publication(id, json, Request.Message.publishing(name, json))));
    }

    private CompletableFuture<Receipt> publishJson(String channel, String json) {
        return onChannel(channel, name -> publication(gate.newId(), json, Request.Message.publishing(name, json)));
    }

    /** Publishes, and opens the conversation if it is one. */
    CompletableFuture<Receipt> say(ChannelName channel, String json) {
        return publication(gate.newId(), json, Request.Message.saying(channel, json));
    }

    CompletableFuture<Receipt> amend(ChannelName channel, Supplier<String> amendment) {
        String json;
        try {
            json = amendment.get();
        } catch (MirrorException impossible) {
            return CompletableFuture.failedFuture(impossible);
        }
        return publication(gate.newId(), json, Request.Message.publishing(channel, json));
    }

    /** Writes to a user: opens the conversation if need be. Completes when it is stored. */
    @CanIgnoreReturnValue
    public CompletableFuture<Receipt> direct(UserId user, String text) {
        return directJson(user, Json.chat(text));
    }

    /** Sends an object to a user, as Jackson writes it. Completes when it is stored. */
    @CanIgnoreReturnValue
    public CompletableFuture<Receipt> direct(UserId user, Object data) {
        return json(data, json -> directJson(user, json));
    }

    private CompletableFuture<Receipt> directJson(UserId user, String json) {
        return publication(gate.newId(), json, Request.Message.direct(user, json));
    }

    private CompletableFuture<Receipt> publication(String id, String json, Request.Message message) {
        return gate.publish(id, json, message, Answers::receipt);
    }

    /**
     * The verbs that are about one channel, such as to edit, delete, react, or mark as read.
     *
     * @throws MirrorException with {@code bad.channel} if this is not the name of a channel
     */
    public Chat chat(String channel) {
        return chat(ChannelName.parse(channel)
                .orElseThrow(() -> new MirrorException(ErrorCode.BAD_CHANNEL, "this is not the name of a channel")));
    }

    /** The verbs that are about one channel, such as that of a {@link Receipt} or of a {@link Conversation}. */
    public Chat chat(ChannelName channel) {
        return new Chat(this, channel);
    }

    /**
     * This user's conversations, at most 1,000: how much is unread in each, and how far the other user has come. It is a look at the server's state; from then on {@link ClientBuilder#onMark} tells.
     */
    public CompletableFuture<Conversations> conversations() {
        return gate.ask(
                Request.Kind.MARK,
                "",
                (id, me) -> new ClientMessage.Conversations(id),
                ok -> Answers.conversations(ok, user().orElse(null)));
    }

    CompletableFuture<Mark> mark(ChannelName channel, Mark mark) {
        return core.marks((all, outcome) -> all.add(channel, mark, outcome));
    }

    /** Tells those who are there something that is not kept. Fails at once while not connected. */
    @CanIgnoreReturnValue
    public CompletableFuture<Void> signal(String channel, Object data) {
        return json(data, json -> onChannel(channel, name -> signal(name, json)));
    }

    private CompletableFuture<Void> signal(ChannelName channel, String json) {
        Request.Message message = (id, me) -> new ClientMessage.Signal(id, channel, json);
        return gate.ask(Request.Kind.SIGNAL, json, message, ok -> true).thenAccept(done -> {});
    }

    /** The last publications of a channel. */
    public CompletableFuture<HistoryPage> history(String channel, int limit) {
        return history(channel, null, true, limit);
    }

    /** The publications of a channel that follow a position. */
    public CompletableFuture<HistoryPage> history(String channel, Position after, int limit) {
        return history(channel, after, false, limit);
    }

    /** The publications of a channel that come before a position. */
    public CompletableFuture<HistoryPage> historyBefore(String channel, Position before, int limit) {
        return history(channel, before, true, limit);
    }

    private CompletableFuture<HistoryPage> history(
            String channel, @Nullable Position from, boolean backward, int limit) {
        return onChannel(channel, name -> {
            Request.Message message = (id, me) -> new ClientMessage.History(id, name, from, 0, backward, limit);
            return gate.ask(Request.Kind.QUESTION, "", message, ok -> Answers.page(ok, user().orElse(null)));
        });
    }

    /**
     * Reads a channel from somewhere in its log, and on into what is said live; see {@link ChannelReader}. Handlers hear of
     * it nothing.
     *
     * @throws MirrorException with {@code bad.channel} if this is not the name of a room, a conversation or an external
     *     channel; an inbox is what handlers are for
     */
    public ChannelReader read(String channel, Start from) {
        ChannelName name = ChannelName.parse(channel)
                .filter(parsed -> parsed.kind() != ChannelKind.INBOX)
                .orElseThrow(() -> new MirrorException(ErrorCode.BAD_CHANNEL, "this is no channel that can be read"));
        return core.read(name, from);
    }

    /** Reads a channel from what follows a position, and on into what is said live. */
    public ChannelReader read(String channel, Position after) {
        return read(channel, Start.after(after));
    }

    /** Listens to a channel from now on, as on the builder. Completes with where the log ended. */
    @CanIgnoreReturnValue
    public CompletableFuture<Position> subscribe(String channel) {
        return onChannel(channel, name -> core.subscriptions((all, outcome) -> all.add(name, null, outcome)));
    }

    /** Listens to a channel from what follows a position, such as one that was kept before a restart. */
    @CanIgnoreReturnValue
    public CompletableFuture<Position> subscribe(String channel, Position after) {
        return onChannel(channel, name -> core.subscriptions((all, outcome) -> all.add(name, after, outcome)));
    }

    /** Listens to a channel no longer: once this has completed no further event of it is taken. */
    @CanIgnoreReturnValue
    public CompletableFuture<Void> unsubscribe(String channel) {
        return onChannel(channel, name -> core.<Boolean>subscriptions((all, outcome) -> all.remove(name, outcome)))
                .thenAccept(done -> {});
    }

    /**
     * Who is in a room, by name. From then on joins and leaves are told to the handler of presence, if there is one.
     */
    public CompletableFuture<SortedMap<UserId, String>> presence(String room) {
        return onChannel(room, name -> core.watches((all, outcome) -> all.add(name, outcome)));
    }

    /** Hears of a room's joins and leaves no longer. */
    @CanIgnoreReturnValue
    public CompletableFuture<Void> unwatch(String room) {
        return onChannel(room, name -> core.<Boolean>watches((all, outcome) -> all.remove(name, outcome)))
                .thenAccept(done -> {});
    }

    /**
     * Ends the client: takes nothing more, waits up to 5 s (settable) until what was asked is answered, says goodbye, and
     * ends every thread. What is still unanswered then fails. When it returns, no handler runs and none will; called by
     * a handler, it only begins and returns. Idempotent.
     */
    @Override
    public void close() {
        core.close();
    }

    private static <T> CompletableFuture<T> onChannel(
            String channel, Function<ChannelName, CompletableFuture<T>> task) {
        return ChannelName.parse(channel)
                .map(task)
                .orElseGet(() -> CompletableFuture.failedFuture(
                        new MirrorException(ErrorCode.BAD_CHANNEL, "this is not the name of a channel")));
    }

    static <T> CompletableFuture<T> json(Object data, Function<String, CompletableFuture<T>> task) {
        String json;
        try {
            json = Json.write(data);
        } catch (MirrorException unwritable) {
            return CompletableFuture.failedFuture(unwritable);
        }
        return task.apply(json);
    }
}
