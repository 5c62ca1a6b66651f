package dev.mirror.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.identity.UserId;
import dev.mirror.memory.MemoryRelayStore;
import dev.mirror.spi.RelayStore;
import dev.mirror.testkit.time.Await;
import org.junit.jupiter.api.Test;

class MemoryRelayStoreTest extends RelayStoreContract {
    @Override
    protected RelayStore open() {
        return new MemoryRelayStore();
    }

    @Test
    void theOldestOfTheReceiverWhoWaitedLongestIsForgotten() {
        MemoryRelayStore store = new MemoryRelayStore(3);
        UserId ann = new UserId("ann");
        UserId bob = new UserId("bob");
        Await.value(store.keep(ann, "1.ann"));
        Await.value(store.keep(bob, "2.bob"));
        Await.value(store.keep(ann, "3.ann"));
        Await.value(store.keep(bob, "4.bob"));
        Await.value(store.keep(bob, "4.bob"));

        assertThat(Await.value(store.take(ann))).containsExactly("3.ann");
        assertThat(Await.value(store.take(bob))).containsExactly("2.bob", "4.bob");
        Await.value(store.keep(bob, "5.bob"));
        assertThat(Await.value(store.take(bob))).containsExactly("5.bob");
    }
}
