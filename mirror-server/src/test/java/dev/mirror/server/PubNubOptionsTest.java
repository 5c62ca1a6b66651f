package dev.mirror.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mirror.gateway.keyset.PresenceSettings;
import dev.mirror.server.config.StartException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a keyset says of its presence. */
class PubNubOptionsTest {
    private static final String KEYS = "--pubnub-keysets=subscribe=sub-1,publish=pub-1";

    @TempDir
    Path data;

    private PresenceSettings presence(String more) {
        return TestServer.options(data, KEYS + more).pubnub().keysets().get(0).presence();
    }

    @Test
    void presenceHasSettings() {
        assertThat(presence("")).isEqualTo(PresenceSettings.STANDARD);
        assertThat(presence(",announce-max=100,interval=30"))
                .isEqualTo(new PresenceSettings(100, Duration.ofSeconds(30)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {",announce-max=x", ",announce-max=-1", ",interval=0", ",interval=3601", ",interval=1,interval=2"
            })
    void whatIsOutOfRangeIsRefused(String more) {
        assertThatThrownBy(() -> presence(more))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith("--pubnub-keysets: ");
    }
}
