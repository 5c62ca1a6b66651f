package dev.mirror.hub;

import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Publication.Entry;
import dev.mirror.spi.Broker;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The way of every publication into the broker: counted, bounded, and closed when the hub drains. Safe for any thread.
 */
final class Publishing {
    static final String GOES_DOWN = "the server goes down";

    private final Hub hub;
    /** Publications that the broker holds; one that it never answers stays, so that memory stays bounded. */
    private final AtomicInteger inFlight = new AtomicInteger();
    /** Requests that were taken and have no answer yet. */
    private final AtomicInteger unanswered = new AtomicInteger();

    private final CompletableFuture<Boolean> drained = new CompletableFuture<>();
    private volatile boolean draining; // set once, by whoever drains

    Publishing(Hub hub) {
        this.hub = hub;
    }

    /** Takes a request to publish; false if the hub drains. Who took one calls {@link #answered} when that is done. */
    boolean take() {
        unanswered.incrementAndGet();
        boolean refused = draining; // read once: a drain that begins here waits for what was taken
        if (refused) {
            answered();
        }
        return !refused;
    }

    void answered() {
        if (unanswered.decrementAndGet() == 0 && draining) {
            drained.complete(true);
        }
    }

    /** From the application: taken, published and answered. */
    CompletionStage<Broker.Receipt> publishNow(ChannelName channel, Entry entry) {
        if (!take()) {
            return refused(ErrorCode.BUSY, GOES_DOWN);
        }
        CompletionStage<Broker.Receipt> answer = hub.deadlines.within(publish(channel, entry));
        answer.whenComplete((receipt, failure) -> answered());
        return answer;
    }

    /** Publishes what was taken. It may never be answered. */
    CompletionStage<Broker.Receipt> publish(ChannelName channel, Entry entry) {
        if (channel.kind() == ChannelKind.INBOX) {
            return refused(ErrorCode.NOT_ALLOWED, "an inbox gets copies of what is published on direct channels");
        }
        if (entry.bodyBytes() > hub.options.dataBytes) {
            return refused(ErrorCode.TOO_LARGE, "data has at most " + hub.options.dataBytes + " bytes");
        }
        int limit = hub.options.publishesInFlight;
        if (inFlight.incrementAndGet() > limit || hub.counters.backlog.get() > limit) {
            inFlight.decrementAndGet();
            return refused(ErrorCode.BUSY, "the server is at its limit");
        }
        hub.counters.publishes.increment();
        try {
            CompletionStage<Broker.Receipt> stored = hub.broker.publish(DirectRouter.draft(channel, entry));
            stored.whenComplete((receipt, failure) -> inFlight.decrementAndGet());
            return stored;
        } catch (RuntimeException broken) {
            inFlight.decrementAndGet();
            return CompletableFuture.failedFuture(broken);
        }
    }

    int inFlight() {
        return inFlight.get();
    }

    /** Takes nothing more; complete when what was taken has its answer. */
    CompletionStage<Boolean> drain() {
        draining = true;
        if (unanswered.get() == 0) {
            drained.complete(true);
        }
        return drained;
    }

    boolean isDraining() {
        return draining;
    }

    private static CompletionStage<Broker.Receipt> refused(ErrorCode code, String detail) {
        return CompletableFuture.failedFuture(new MirrorException(code, detail));
    }
}
