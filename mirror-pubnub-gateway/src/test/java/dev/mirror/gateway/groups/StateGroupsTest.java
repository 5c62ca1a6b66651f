package dev.mirror.gateway.groups;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.gateway.GatewayFixture;
import dev.mirror.gateway.keyset.Groups;
import dev.mirror.gateway.state.MemoryStateStore;
import dev.mirror.testkit.time.VirtualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Who hears of changes, and on whose threads. */
class StateGroupsTest {
    private final VirtualTime time = new VirtualTime();
    private final StateGroups groups = new StateGroups(new MemoryStateStore(), time.lane());
    private final List<String> told = new ArrayList<>();

    /** The store's thread is the one that the log commits with. */
    @Test
    void whatWatchesAGroupDoesNotRunOnTheThreadsOfTheStore() {
        groups.watch(GatewayFixture.OPEN, "g", () -> told.add("g"));
        CompletionStage<Void> added = groups.add(GatewayFixture.OPEN, "g", List.of("a"));
        assertThat(told).isEmpty();
        time.runAll();
        assertThat(told).containsExactly("g");
        assertThat(added.toCompletableFuture()).isCompleted();
    }

    @Test
    void aWatchThatIsClosedHearsNothing() {
        Groups.Watch one = groups.watch(GatewayFixture.OPEN, "g", () -> told.add("one"));
        groups.watch(GatewayFixture.OPEN, "g", () -> told.add("other"));
        one.close();
        one.close();
        CompletionStage<Void> added = groups.add(GatewayFixture.OPEN, "g", List.of("a"));
        CompletionStage<Void> elsewhere = groups.add(GatewayFixture.OPEN, "h", List.of("a"));
        time.runAll();
        assertThat(added.toCompletableFuture()).isCompleted();
        assertThat(elsewhere.toCompletableFuture()).isCompleted();
        assertThat(told).containsExactly("other");
    }
}
