package dev.mirror.gateway.stream;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/**
 * A client's question for what comes after a cursor, from when it is asked until it is answered or given up. It takes
 * nothing out of the stream: who asks again with the same cursor gets the same again.
 *
 * <p>Safe for any thread.
 */
public final class Poll {
    final Predicate<Entry> filter;
    final long deadline;
    final CompletableFuture<Batch> answer = new CompletableFuture<>();
    private final Stream stream;
    // Both below: guarded by the lock of the stream.
    List<Interest> interests;
    boolean parked;
    /** Everything up to here was looked at. Guarded by the lock of the stream. */
    Cursor cursor;

    Poll(Stream stream, Stream.Question question, long deadline) {
        this.stream = stream;
        this.interests = question.interests();
        this.cursor = question.after();
        this.filter = question.filter();
        this.deadline = deadline;
    }

    /** What there is, once there is something, or an empty batch when it was held long enough. Never null. */
    public CompletionStage<Batch> answer() {
        return answer.minimalCompletionStage();
    }

    /** What it listens to has changed: a group has other members. What there is of the new ones counts from now. */
    public void change(List<Interest> others) {
        stream.change(this, List.copyOf(others));
    }

    /** Answers with a failure, if nothing else was answered before. */
    public void fail(Throwable failure) {
        stream.giveUp(this);
        answer.completeExceptionally(failure);
    }

    /** Nobody waits for the answer any more. Idempotent. */
    public void giveUp() {
        stream.giveUp(this);
    }
}
