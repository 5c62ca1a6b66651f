package dev.mirror.client.jdbc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mirror.channel.ChannelName;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.JsonCodec;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Publication;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/**
 * What the application has to say, in a table of its own database: a publication is written in the same transaction as the
 * reason for it, and published after that was committed, exactly once, whatever crashes.
 *
 * <pre>{@code
 * Outbox outbox = Outbox.of(dataSource, "order-bot").createTable();
 * MirrorClient.builder(server).relay(outbox)…
 *
 * outbox.publish(connection, "warehouse", new Order(17, "tea"));
 * connection.commit();
 * }</pre>
 *
 * <p>The client that was given the outbox sends the rows, on a thread for it, at most {@value OutboxRows#BATCH} at a time: in
 * the order of the calls of {@code publish} within each channel, where the transactions followed each other. A row is
 * deleted when the server has it. Each has an id, so that one that is sent twice, after a crash, is one publication;
 * so two clients may serve one outbox, as one user. What the server refuses for the time being is asked again without
 * end, and what follows in its channel waits. What the server refuses for good is set aside: the column {@code refused}
 * says why, and the rest goes on.
 *
 * <p>A publication has at most {@value #MAX_DATA} bytes of JSON, as UTF-8; a longer one is refused at once. The server holds
 * the same limit for what it stores (W38), and that is more than what is written here: to an object with a {@code value}, as
 * every text is, it adds who says it, in {@code userId}, {@code username} and {@code channel} (W37). That is at most 300
 * bytes with the accounts of mirror's own server. A row that is too large only with them is set aside as
 * {@code too.large} when it is sent.
 *
 * <p>The table can be made by {@link #createTable()}, or by hand:
 *
 * <pre>{@code
 * CREATE TABLE mirror_outbox (
 *   bot      VARCHAR(64)    NOT NULL,
 *   id       VARCHAR(36)    NOT NULL,
 *   place    BIGINT         NOT NULL,  -- rows are sent in this order
 *   channel  VARCHAR(200)   NOT NULL,
 *   data     VARCHAR(32768) NOT NULL,  -- JSON
 *   refused  VARCHAR(64),              -- the error's name; null while the row waits
 *   PRIMARY KEY (bot, id))
 * }</pre>
 *
 * <p>Safe for any thread.
 */
public final class Outbox {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final int MAX_NAME = 64;
    private static final int MAX_ID = 36;
    private static final int MAX_DATA = 32_768;
    private static final long PLACES_PER_MILLI = 1_000;

    private final DataSource database;
    private final String bot;
    private final InstantSource clock;
    private final AtomicLong place = new AtomicLong();
    private final Semaphore bell = new Semaphore(0);

    Outbox(DataSource database, String bot, InstantSource clock) {
        this.database = database;
        this.bot = bot;
        this.clock = clock;
    }

    /**
     * The outbox of a bot.
     *
     * @param database yields the connections that the rows are read and deleted with
     * @param bot what the bot is called there: 1 to 64 characters, another name for each user that publishes
     * @throws IllegalArgumentException if the name is empty or too long
     */
    public static Outbox of(DataSource database, String bot) {
        if (bot.isEmpty() || bot.length() > MAX_NAME) {
            throw new IllegalArgumentException("a bot's name has 1 to " + MAX_NAME + " characters");
        }
        return new Outbox(database, bot, InstantSource.system());
    }

    /**
     * Makes the table if it is not there.
     *
     * @throws MirrorException with {@code internal} if that fails
     */
    public Outbox createTable() {
        try {
            Tables.make(database, "mirror_outbox", OutboxRows.TABLE);
            return this;
        } catch (SQLException failure) {
            throw new MirrorException(ErrorCode.INTERNAL, "the table of the outbox could not be made", failure);
        }
    }

    /**
     * Says a text in a channel, with the payload of chat pages, once the connection's transaction is committed.
     *
     * @return the publication's id
     */
    @CanIgnoreReturnValue
    public String publish(Connection connection, String channel, String text) throws SQLException {
        return add(connection, channel, UUID.randomUUID().toString(), "{\"value\":" + JsonCodec.quote(text) + "}");
    }

    /**
     * Publishes an object, as Jackson writes it, once the connection's transaction is committed.
     *
     * @return the publication's id
     */
    @CanIgnoreReturnValue
    public String publish(Connection connection, String channel, Object data) throws SQLException {
        return add(connection, channel, UUID.randomUUID().toString(), json(data));
    }

    /**
     * Publishes an object under an id of the application's own.
     *
     * @param channel where; of a direct message the conversation, such as {@code chat.channel().toString()}
     * @param id 1 to 36 characters, none of them U+0000; used for nothing else by this user, ever
     * @throws IllegalArgumentException if the channel or the id is not one
     * @throws MirrorException with {@code too.large} if it is more than a server takes, with {@code bad.frame} if it cannot
     *     be written as JSON
     * @throws SQLException if the row cannot be written; the transaction is then as the database leaves it
     */
    @CanIgnoreReturnValue
    public String publish(Connection connection, String channel, String id, Object data) throws SQLException {
        return add(connection, channel, id, json(data));
    }

    private String add(Connection connection, String channel, String id, String json) throws SQLException {
        ChannelName name = ChannelName.parse(channel)
                .orElseThrow(() -> new IllegalArgumentException("this is not the name of a channel"));
        if (id.isEmpty() || id.length() > MAX_ID || id.indexOf(0) >= 0) {
            throw new IllegalArgumentException("an id has 1 to " + MAX_ID + " characters, none of them U+0000");
        }
        if (Publication.utf8Length(json) > MAX_DATA) {
            throw new MirrorException(ErrorCode.TOO_LARGE, "a publication has at most " + MAX_DATA + " bytes of JSON");
        }
        OutboxRows rows = new OutboxRows(connection, bot);
        if (place.get() == 0) {
            place.accumulateAndGet(rows.lastPlace(), Math::max);
        }
        rows.add(new OutboxRows.Row(id, name, json), nextPlace());
        bell.release();
        return id;
    }

    /** Grows with every call in this process, and with the clock over processes. */
    private long nextPlace() {
        long now = clock.millis() * PLACES_PER_MILLI;
        return place.updateAndGet(last -> Math.max(last + 1, now));
    }

    private static String json(Object data) {
        try {
            return MAPPER.writeValueAsString(data);
        } catch (JsonProcessingException unwritable) {
            throw new MirrorException(ErrorCode.BAD_FRAME, "this object cannot be written as JSON", unwritable);
        }
    }

    /** Publishes rows; the client is one. */
    @FunctionalInterface
    public interface Sender {
        /**
         * Publishes.
         *
         * @return completes when the server has it; fails with a {@link MirrorException}
         */
        CompletionStage<?> send(String id, ChannelName channel, String json);
    }

    /**
     * Begins to send what is there and what will be. The client does this with the outbox that it was given.
     *
     * @param threads makes the one thread on which rows are read and deleted
     * @return the way to end it: when its {@code close} has returned, no row is sent any more
     */
    public AutoCloseable relay(Sender sender, ThreadFactory threads) {
        OutboxRelay relay = new OutboxRelay(database, bot, sender, bell);
        relay.start(threads);
        return relay;
    }
}
