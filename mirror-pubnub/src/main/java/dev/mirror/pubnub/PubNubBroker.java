package dev.mirror.pubnub;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import dev.mirror.spi.Draft;
import dev.mirror.spi.History;
import dev.mirror.spi.HistoryQuery;
import dev.mirror.spi.Scheduler;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A broker whose channels live in PubNub, or with any server that speaks its protocol. Channels keep their names there;
 * an offset is PubNub's timetoken, and the epoch is derived from the keyset, whose messages have to be stored.
 *
 * <p>What PubNub does not promise, this broker makes up for, as far as that is possible from outside:
 *
 * <ul>
 *   <li>Live messages may be lost there. Each carries mirror's id and a number; what is missing, or may be, is read from
 *       the history before anything newer is delivered. So delivery is at least once there, and once here.
 *   <li>A publish whose outcome is not known is looked for in the history before it is tried again. Ids are remembered
 *       for the last 50,000 publications, and read back for the last 100 of a channel.
 *   <li>The original and its copies are separate publishes: the original first, and the receipt after all. If the process
 *       ends between them, copies are missing until the entry is published again (B6 in part). A copy has its original's
 *       timetoken.
 *   <li>The order is that of the timetokens, which is exact in one region of PubNub. A message that comes later than
 *       {@link PubNubBrokerOptions.Builder#reorder} out of order is not delivered live; the log has it.
 *   <li>A deleted or lost log keeps its epoch; what the keyset's retention removed is known only by
 *       {@link PubNubBrokerOptions.Builder#retention}.
 * </ul>
 *
 * <p>A body has at most 31 KiB; the 32 KiB that PubNub takes hold it as a JSON string, so one that is full of quotes may
 * be {@code too.large} before. Messages that were not published through mirror are delivered as said by
 * {@code pubnub-gateway}, objects marked as unverified (W57). External channels are refused.
 *
 * <p>Safe for any thread. Listeners are called by threads of this broker. It ends with {@link #close}.
 */
public final class PubNubBroker implements Broker {
    private static final int MAX_BODY = Talk.MESSAGE_BYTES - Publisher.ENVELOPE_BYTES;
    private static final int MOST_READS = 1_000;
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Scheduler scheduler;
    private final Workers workers = new Workers();
    private final Retry retry;
    private final Talk talk;
    private final Reads reads;
    private final Publisher publisher;
    private final Live live;
    private final Audit audit;
    private final AtomicInteger reading = new AtomicInteger();
    private final String epoch;

    /**
     * A broker; nothing is asked of the service yet.
     *
     * @param random names this life of the broker and spreads what is tried again; safe for any thread
     * @param scheduler rings when something has to be tried again
     */
    public PubNubBroker(PubNubBrokerOptions options, InstantSource clock, RandomGenerator random, Scheduler scheduler) {
        this.scheduler = scheduler;
        this.epoch = epoch(options.subscribeKey());
        this.retry = new Retry(options.patience(), random);
        this.talk = new Talk(options, retry, epoch);
        Known known = new Known();
        this.reads = new Reads(talk, known, epoch, options.retention(), clock);
        String node = Long.toUnsignedString(random.nextLong(), Character.MAX_RADIX);
        this.publisher = new Publisher(talk, known, new Lanes(workers), epoch, node);
        this.live = new Live(options, talk, new Live.Parts(workers, scheduler, random, known, epoch));
        this.audit = new Audit(live, talk, workers, scheduler, options.audit());
    }

    private static String epoch(String subscribeKey) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(subscribeKey.getBytes(StandardCharsets.UTF_8));
            return "pubnub-" + HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public CompletionStage<Receipt> publish(Draft draft) {
        return answer(() -> {
            Names.of(draft.channel());
            draft.copies().forEach(Names::of);
            if (draft.entry().bodyBytes() > MAX_BODY) {
                throw new MirrorException(ErrorCode.TOO_LARGE, "a body has at most " + MAX_BODY + " bytes");
            }
            return publisher.publish(draft);
        });
    }

    @Override
    public CompletionStage<Subscription> subscribe(
            ChannelName channel, @Nullable Position after, Consumer<Publication> listener) {
        return answer(() -> {
            Names.of(channel);
            Reader reader = new Reader(new Home(channel), listener);
            return live.add(channel, reader)
                    .thenCompose(joined -> workers.ask(() -> begin(reader, channel, after)))
                    .whenComplete((subscription, failure) -> {
                        if (failure != null) {
                            reader.close();
                        }
                    });
        });
    }

    /** Whatever comes after this look at the log is heard, so there is no hole between both. */
    private Subscription begin(Reader reader, ChannelName channel, @Nullable Position after) {
        Position tail = reads.tail(channel);
        boolean recovered = reads.recovered(after, tail);
        long from = after == null ? tail.offset() : recovered ? after.offset() : 0;
        reader.begin(tail, recovered, from);
        return reader;
    }

    @Override
    public CompletionStage<History> history(HistoryQuery query) {
        return answer(() -> {
            Names.of(query.channel());
            if (reading.incrementAndGet() > MOST_READS) {
                reading.decrementAndGet();
                throw new MirrorException(ErrorCode.BUSY, "PubNub has " + MOST_READS + " reads to answer");
            }
            return workers.ask(() -> reads.history(query)).whenComplete((page, failure) -> reading.decrementAndGet());
        });
    }

    @Override
    public Guarantees guarantees() {
        return new Guarantees(false, true, Integer.MAX_VALUE, MAX_BODY);
    }

    /** Whether live messages come, as far as anybody wants some. Without them, history still may be read. */
    public boolean isAvailable() {
        return live.isConnected();
    }

    @Override
    public void close() {
        audit.close();
        retry.close();
        live.close();
        talk.close();
        workers.close();
    }

    private <T> CompletionStage<T> answer(Supplier<CompletionStage<T>> work) {
        if (retry.isClosed()) {
            return CompletableFuture.failedFuture(Workers.ended());
        }
        try {
            return work.get();
        } catch (MirrorException refusal) {
            return CompletableFuture.failedFuture(refusal);
        }
    }

    /** What a reader of a channel needs of this broker. */
    private final class Home implements Reader.Surroundings {
        private final ChannelName channel;

        Home(ChannelName channel) {
            this.channel = channel;
        }

        @Override
        public void tell(Runnable task) {
            workers.tell(task);
        }

        @Override
        public void ask(Runnable task) {
            workers.ask(task);
        }

        @Override
        public void askLater(Runnable task) {
            scheduler.schedule(RETRY, () -> workers.ask(task));
        }

        @Override
        public Talk.Page after(long timetoken) {
            return talk.after(channel, timetoken, Talk.PAGE);
        }

        @Override
        public void left(Reader reader) {
            live.remove(channel, reader);
        }
    }
}
