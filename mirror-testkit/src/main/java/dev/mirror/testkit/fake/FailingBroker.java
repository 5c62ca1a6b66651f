package dev.mirror.testkit.fake;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import dev.mirror.spi.Draft;
import dev.mirror.spi.History;
import dev.mirror.spi.HistoryQuery;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A broker that works until the test breaks it, around another one that does the work.
 *
 * <p>Safe for any thread.
 */
public final class FailingBroker implements Broker {
    private final Broker broker;
    private final Queue<Runnable> held = new ArrayDeque<>(); // guarded by this
    private @Nullable ErrorCode failure; // guarded by this
    private boolean holding; // guarded by this
    private int lostAnswers; // guarded by this

    /** Works, for now. */
    public FailingBroker(Broker broker) {
        this.broker = broker;
    }

    /** From now on everything that is asked of it fails with this error; {@code null} ends that. */
    public synchronized void failWith(@Nullable ErrorCode code) {
        failure = code;
    }

    /** The next publishes are carried out, but fail with {@code busy}: what a lost connection to a store looks like. */
    public synchronized void loseAnswers(int count) {
        lostAnswers = count;
    }

    /** From now on publishes wait, neither done nor failed. */
    public synchronized void hold() {
        holding = true;
    }

    /** Carries out, in order, the publishes that wait, and holds no more. */
    public void release() {
        synchronized (this) {
            holding = false;
        }
        for (Runnable next = nextHeld(); next != null; next = nextHeld()) {
            next.run();
        }
    }

    private synchronized @Nullable Runnable nextHeld() {
        return held.poll();
    }

    /** How many publishes wait. */
    public synchronized int held() {
        return held.size();
    }

    @Override
    public CompletionStage<Receipt> publish(Draft draft) {
        CompletableFuture<Receipt> answer = new CompletableFuture<>();
        synchronized (this) {
            if (holding) {
                held.add(() -> publishNow(draft, answer));
                return answer;
            }
        }
        publishNow(draft, answer);
        return answer;
    }

    private void publishNow(Draft draft, CompletableFuture<Receipt> answer) {
        boolean lost;
        synchronized (this) {
            lost = failure == null && lostAnswers > 0;
            lostAnswers -= lost ? 1 : 0;
        }
        unlessBroken(() -> broker.publish(draft)).whenComplete((receipt, fault) -> {
            if (fault != null) {
                answer.completeExceptionally(fault);
            } else if (lost) {
                answer.completeExceptionally(new MirrorException(ErrorCode.BUSY, "the answer was lost"));
            } else {
                answer.complete(receipt);
            }
        });
    }

    @Override
    public CompletionStage<Subscription> subscribe(
            ChannelName channel, @Nullable Position after, Consumer<Publication> listener) {
        return unlessBroken(() -> broker.subscribe(channel, after, listener));
    }

    @Override
    public CompletionStage<History> history(HistoryQuery query) {
        return unlessBroken(() -> broker.history(query));
    }

    private <T> CompletionStage<T> unlessBroken(Supplier<CompletionStage<T>> action) {
        ErrorCode code;
        synchronized (this) {
            code = failure;
        }
        return code == null
                ? action.get()
                : CompletableFuture.failedFuture(new MirrorException(code, "broken by the test"));
    }

    @Override
    public Guarantees guarantees() {
        return broker.guarantees();
    }

    @Override
    public void close() {
        broker.close();
    }
}
