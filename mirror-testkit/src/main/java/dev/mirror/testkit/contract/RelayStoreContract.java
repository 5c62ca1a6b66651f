package dev.mirror.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mirror.identity.UserId;
import dev.mirror.message.ErrorCode;
import dev.mirror.spi.RelayStore;
import dev.mirror.testkit.time.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** The contract of {@link RelayStore}, rules R1 to R5, as tests. A subclass hands in the adapter, empty for each test. */
public abstract class RelayStoreContract {
    private static final UserId ANN = new UserId("ann");
    private static final UserId BOB = new UserId("bob");

    /** A store in which nothing waits; the users {@code ann} and {@code bob} exist where that matters. */
    protected abstract RelayStore open() throws Exception;

    /** The same store after a restart; empty if the adapter keeps nothing, and the rule is skipped. */
    protected Optional<RelayStore> reopen() throws Exception {
        return Optional.empty();
    }

    /** What was returned is gone. */
    @Test
    void r1_whatWasKeptIsTakenOnce() throws Exception {
        RelayStore store = open();
        assertThat(take(store, BOB)).isEmpty();
        keep(store, BOB, "ann.bob");
        assertThat(take(store, BOB)).containsExactly("ann.bob");
        assertThat(take(store, BOB)).isEmpty();
        keep(store, BOB, "ann.bob");
        assertThat(take(store, BOB)).containsExactly("ann.bob");
    }

    /** Two devices that connect at the same moment do not both get it, and nothing falls between them. */
    @Test
    void r1_takesAtOnceShareNothingAndLoseNothing() throws Exception {
        RelayStore store = open();
        Queue<String> taken = new ConcurrentLinkedQueue<>();
        try (Crowd takers = new Crowd(2, thread -> {
                    for (int i = 0; i < 100; i++) {
                        taken.addAll(take(store, BOB));
                    }
                });
                Crowd keepers = new Crowd(2, thread -> {
                    for (int i = 0; i < 50; i++) {
                        keep(store, BOB, "u" + thread + '-' + i + ".bob");
                    }
                })) {
            assertThat(keepers).isNotSameAs(takers);
        }
        taken.addAll(take(store, BOB));
        assertThat(taken).hasSize(100).doesNotHaveDuplicates();
    }

    /** A request survives what it waits through. */
    @Test
    void r1_whatWasKeptOutlivesARestart() throws Exception {
        keep(open(), BOB, "ann.bob");
        Optional<RelayStore> reopened = reopen();
        assumeTrue(reopened.isPresent(), "skipped: the adapter keeps nothing beyond its process");
        assertThat(take(reopened.get(), BOB)).containsExactly("ann.bob");
        assertThat(take(reopened.get(), BOB)).isEmpty();
    }

    /** First come, first told. */
    @Test
    void r2_requestsAreTakenInTheOrderInWhichTheyWereKept() throws Exception {
        RelayStore store = open();
        List<String> kept = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            String channel = "u" + (i * 7) % 50 + ".bob";
            kept.add(channel);
            keep(store, BOB, channel);
        }
        assertThat(take(store, BOB)).isEqualTo(kept);
    }

    /** Whoever asks again while the receiver is away has asked once; another spelling is another request. */
    @Test
    void r3_theSameSpellingWaitsOnce() throws Exception {
        RelayStore store = open();
        keep(store, BOB, "ann.bob");
        keep(store, BOB, "cat.bob");
        keep(store, BOB, "ann.bob");
        keep(store, BOB, "Ann.bob");
        assertThat(take(store, BOB)).containsExactly("ann.bob", "cat.bob", "Ann.bob");
    }

    /** Nobody can fill the store through somebody who is away; what waits already is not lost for it. */
    @Test
    void r4_atMostAThousandWaitForOneReceiver() throws Exception {
        RelayStore store = open();
        List<CompletionStage<Void>> kept = new ArrayList<>();
        for (int i = 0; i < RelayStore.MAX_PER_USER; i++) {
            kept.add(store.keep(BOB, "u" + i + ".bob"));
        }
        kept.forEach(Await::value);

        assertThat(Await.failure(store.keep(BOB, "more.bob")).code()).isEqualTo(ErrorCode.TOO_MANY);
        keep(store, BOB, "u0.bob");
        keep(store, ANN, "bob.ann");

        assertThat(take(store, BOB)).hasSize(RelayStore.MAX_PER_USER).doesNotContain("more.bob");
        keep(store, BOB, "more.bob");
        assertThat(take(store, BOB)).containsExactly("more.bob");
    }

    /** What waits for one is nobody else's. */
    @Test
    void r5_receiversAreApart() throws Exception {
        RelayStore store = open();
        keep(store, BOB, "ann.bob");
        keep(store, ANN, "bob.ann");
        assertThat(take(store, ANN)).containsExactly("bob.ann");
        assertThat(take(store, BOB)).containsExactly("ann.bob");
    }

    private static void keep(RelayStore store, UserId receiver, String channel) {
        Await.value(store.keep(receiver, channel));
    }

    private static List<String> take(RelayStore store, UserId receiver) {
        return Await.value(store.take(receiver));
    }
}
