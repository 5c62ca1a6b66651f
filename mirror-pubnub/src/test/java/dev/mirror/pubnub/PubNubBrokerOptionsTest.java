package dev.mirror.pubnub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What the options take. */
class PubNubBrokerOptionsTest {
    private static PubNubBrokerOptions.Builder builder() {
        return PubNubBrokerOptions.builder("pub", "sub");
    }

    private static void assertRefused(String name, Consumer<PubNubBrokerOptions.Builder> setting) {
        PubNubBrokerOptions.Builder builder = builder();
        setting.accept(builder);
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(name + " is ");
    }

    @Test
    void whatMakesNoSenseIsRefusedByName() {
        Duration negative = Duration.ofMillis(-1);
        for (Duration wrong : new Duration[] {Duration.ZERO, negative}) {
            assertRefused("request", builder -> builder.request(wrong));
            assertRefused("patience", builder -> builder.patience(wrong));
            assertRefused("audit", builder -> builder.audit(wrong));
            assertRefused("reconnect", builder -> builder.reconnect(wrong));
            assertRefused("retention", builder -> builder.retention(wrong));
        }
        assertRefused("reorder", builder -> builder.reorder(negative));
        assertRefused("batch", builder -> builder.batch(negative));
        assertRefused("queue", builder -> builder.queue(0));
        assertThatThrownBy(() -> PubNubBrokerOptions.builder(" ", "sub")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nothingNeedsToBeCollected() {
        PubNubBrokerOptions options =
                builder().reorder(Duration.ZERO).batch(Duration.ZERO).build();
        assertThat(options.reorder()).isZero();
        assertThat(options.batch()).isZero();
    }
}
