package dev.mirror.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PublishingTest {
    private static final int HUBS = 50_000;

    /** Requests are taken as fast as can be when a hub begins to drain: the drain ends, wherever in a take it began. */
    @Test
    @SuppressWarnings("ThreadPriorityCheck") // the other thread may need this one's processor
    void i8_w55_aDrainEndsWhateverIsTakenMeanwhile() throws Exception {
        Publishing[] all =
                IntStream.range(0, HUBS).mapToObj(i -> new Publishing(null)).toArray(Publishing[]::new);
        AtomicInteger busy = new AtomicInteger(-1);
        CompletableFuture<Void> taking = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < HUBS; i++) {
                busy.set(i);
                while (all[i].take()) {
                    all[i].answered();
                }
            }
        });
        for (int i = 0; i < HUBS; i++) {
            while (busy.get() < i) {
                Thread.yield();
            }
            all[i].drain();
        }
        taking.get(30, TimeUnit.SECONDS);
        assertThat(all).allMatch(each -> each.drain().toCompletableFuture().isDone());
    }
}
