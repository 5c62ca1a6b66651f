package dev.mirror.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.message.Publication;
import dev.mirror.testkit.time.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** A listener that remembers what it was called with, and whether two calls overlapped. Safe for any thread. */
final class Observer implements Consumer<Publication> {
    private final Duration deadline;
    private final Consumer<Publication> then;
    private final List<Publication> seen = new ArrayList<>(); // guarded by itself
    private final AtomicBoolean busy = new AtomicBoolean(); // whether a call is under way
    private volatile boolean overlapped; // set by any caller, never cleared

    Observer(Duration deadline, Consumer<Publication> then) {
        this.deadline = deadline;
        this.then = then;
    }

    @Override
    public void accept(Publication publication) {
        if (!busy.compareAndSet(false, true)) {
            overlapped = true;
        }
        try {
            synchronized (seen) {
                seen.add(publication);
            }
            LockSupport.parkNanos(1); // room for a second call to be seen
            then.accept(publication);
        } finally {
            busy.set(false);
        }
    }

    List<Publication> seen() {
        synchronized (seen) {
            return List.copyOf(seen);
        }
    }

    List<Long> offsets() {
        return seen().stream()
                .map(publication -> publication.position().offset())
                .toList();
    }

    List<String> ids() {
        return seen().stream().map(publication -> publication.entry().id()).toList();
    }

    int size() {
        synchronized (seen) {
            return seen.size();
        }
    }

    /** Waits for at least so many calls. */
    Observer awaits(int count) {
        Await.until("a listener is called " + count + " times", deadline, () -> size() >= count);
        return this;
    }

    /** Waits until something with this id was delivered: whatever was published before has then arrived as well. */
    Observer awaits(String id) {
        Await.until("a listener hears of " + id, deadline, () -> ids().contains(id));
        return this;
    }

    void heardInOrderOneCallAtATime() {
        assertThat(offsets()).as("offsets in the order of the calls").isSorted().doesNotHaveDuplicates();
        assertThat(overlapped).as("two calls at a time").isFalse();
    }
}
