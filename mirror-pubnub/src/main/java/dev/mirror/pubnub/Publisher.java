package dev.mirror.pubnub;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker.Receipt;
import dev.mirror.spi.Draft;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Publishes: on each channel in the order in which it was asked to, the original first, then its copies. What failed
 * half way is completed when the same entry is published again. Safe for any thread.
 */
final class Publisher {
    /** What an envelope needs beside the body, at the most. */
    static final int ENVELOPE_BYTES = 1_024;

    private static final int MOST_PENDING = 1_000;

    private final Talk talk;
    private final Known known;
    private final Lanes lanes;
    private final String epoch;
    private final String node;
    private final AtomicInteger pending = new AtomicInteger();

    private record Outcome(Known.Said said, Receipt receipt) {}

    Publisher(Talk talk, Known known, Lanes lanes, String epoch, String node) {
        this.talk = talk;
        this.known = known;
        this.lanes = lanes;
        this.epoch = epoch;
        this.node = node;
    }

    CompletionStage<Receipt> publish(Draft draft) {
        if (pending.incrementAndGet() > MOST_PENDING) {
            pending.decrementAndGet();
            return CompletableFuture.failedFuture(
                    new MirrorException(ErrorCode.BUSY, "PubNub has " + MOST_PENDING + " publications to answer"));
        }
        return lanes.run(draft.channel().canonical(), () -> original(draft))
                .thenCompose(outcome -> copies(draft, outcome))
                .whenComplete((receipt, failure) -> pending.decrementAndGet());
    }

    private Outcome original(Draft draft) {
        ChannelName channel = draft.channel();
        readLately(channel);
        Known.Said said = known.claim(channel, draft.entry());
        Receipt before = said.receipt();
        if (before != null) {
            return new Outcome(said, new Receipt(before.position(), before.timetoken(), true));
        }
        try {
            long timetoken = send(said, channel, new Envelope(draft.entry(), null, node, known.number(channel)));
            Receipt receipt = new Receipt(new Position(epoch, timetoken), timetoken, false);
            said.answered(receipt);
            known.reached(channel, timetoken);
            return new Outcome(said, receipt);
        } catch (MirrorException failure) {
            known.forget(draft.entry());
            throw failure;
        }
    }

    private long send(Known.Said said, ChannelName log, Envelope envelope) {
        try {
            return talk.publish(log, envelope, said.isDoubted(log));
        } catch (MirrorException failure) {
            if (failure.code() == ErrorCode.STORE_UNAVAILABLE || failure.code() == ErrorCode.BUSY) {
                said.doubt(log);
            }
            throw failure;
        }
    }

    /** So that an entry that another life of this server, or another node, published is known by its id. */
    private void readLately(ChannelName channel) {
        if (!known.read(channel)) {
            for (Talk.Heard heard : talk.before(channel, 0, Talk.PAGE).messages()) {
                known.heard(heard.publication());
            }
            known.wasRead(channel);
        }
    }

    private CompletionStage<Receipt> copies(Draft draft, Outcome outcome) {
        List<CompletableFuture<Boolean>> all = new ArrayList<>();
        for (ChannelName copy : draft.copies()) {
            if (!outcome.said.hasCopy(copy)) {
                all.add(lanes.run(copy.canonical(), () -> copy(draft, outcome, copy)));
            }
        }
        return CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new)).thenApply(done -> outcome.receipt);
    }

    private boolean copy(Draft draft, Outcome outcome, ChannelName copy) {
        readLately(copy);
        if (outcome.said.hasCopy(copy)) {
            return false;
        }
        Envelope.Original original = new Envelope.Original(
                draft.channel(), outcome.receipt.position().offset());
        Publication.Entry entry = draft.entry();
        Envelope envelope = new Envelope(entry, original, node, known.number(copy));
        known.reached(copy, send(outcome.said, copy, envelope));
        outcome.said.copied(copy);
        return true;
    }
}
