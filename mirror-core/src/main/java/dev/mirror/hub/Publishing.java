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
    private final Hub hub;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final CompletableFuture<Boolean> drained = new CompletableFuture<>();
    private volatile boolean draining; // set once, by whoever drains

    Publishing(Hub hub) {
        this.hub = hub;
    }

    CompletionStage<Broker.Receipt> publish(ChannelName channel, Entry entry) {
        if (channel.kind() == ChannelKind.INBOX) {
            return refused(ErrorCode.NOT_ALLOWED, "an inbox gets copies of what is published on direct channels");
        }
        if (utf8Length(entry.body()) > hub.options.dataBytes()) {
            return refused(ErrorCode.TOO_LARGE, "data has at most " + hub.options.dataBytes() + " bytes");
        }
        int limit = hub.options.publishesInFlight();
        if (inFlight.incrementAndGet() > limit || hub.counters.backlog.get() > limit || draining) {
            done();
            return refused(ErrorCode.BUSY, draining ? "the server goes down" : "the server is at its limit");
        }
        hub.counters.publishes.increment();
        CompletableFuture<Broker.Receipt> answer = new CompletableFuture<>();
        try {
            hub.broker.publish(DirectRouter.draft(channel, entry)).whenComplete((receipt, failure) -> {
                // The asker first: when all are done the sessions end, and an answer must not come after that.
                if (failure == null) {
                    answer.complete(receipt);
                } else {
                    answer.completeExceptionally(failure);
                }
                done();
            });
        } catch (RuntimeException broken) {
            answer.completeExceptionally(broken);
            done();
        }
        return answer;
    }

    int inFlight() {
        return inFlight.get();
    }

    /** Takes nothing more; complete when what was taken has its outcome. */
    CompletionStage<Boolean> drain() {
        draining = true;
        if (inFlight.get() == 0) {
            drained.complete(true);
        }
        return drained;
    }

    boolean isDraining() {
        return draining;
    }

    private void done() {
        if (inFlight.decrementAndGet() == 0 && draining) {
            drained.complete(true);
        }
    }

    private static CompletionStage<Broker.Receipt> refused(ErrorCode code, String detail) {
        return CompletableFuture.failedFuture(new MirrorException(code, detail));
    }

    /** How many bytes the text has as UTF-8, without encoding it. */
    static int utf8Length(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // Each half of a surrogate pair counts 2 of the pair's 4 bytes.
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }
}
