package dev.mirror.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.Position;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What a bot can tell of an event. */
class ChannelEventTest {
    private static ChannelEvent event(String publisher, String data) {
        return new ChannelEvent(
                ChannelName.room("room"), new UserId(publisher), "id", new Position("e", 1), Instant.EPOCH, data);
    }

    @Test
    void w57_thePublisherTellsWhetherAnybodyIsProved() {
        assertThat(event("pubnub-gateway", "{\"value\":1,\"username\":\"Ann\"}").isUnverified())
                .isTrue();
        assertThat(event("ann", "{\"value\":1,\"unverified\":true}").isUnverified())
                .as("whatever the data says")
                .isFalse();
    }
}
