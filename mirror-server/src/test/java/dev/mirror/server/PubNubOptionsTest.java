package dev.mirror.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mirror.channel.ChannelKind;
import dev.mirror.gateway.keyset.PresenceSettings;
import dev.mirror.server.config.StartException;
import dev.mirror.sql.LogOptions;
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

    @Test
    void howOftenIsPublishedWithoutATokenIsASetting() {
        assertThat(TestServer.options(data).pubnub().publishPerSecond()).isEqualTo(1_000);
        assertThat(TestServer.options(data, "--pubnub-publish-per-second=0")
                        .pubnub()
                        .publishPerSecond())
                .isZero();
        assertThatThrownBy(() -> TestServer.options(data, "--pubnub-publish-per-second=-1"))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith("--pubnub-publish-per-second is -1;");
    }

    private LogOptions.Keep kept(ChannelKind kind, String... more) {
        return TestServer.options(data, more).retention().log().keep(kind);
    }

    @Test
    void messagesAreKeptAsLongAsThoseOfRoomsUnlessItSaysOtherwise() {
        assertThat(kept(ChannelKind.EXTERNAL, "--room-days=7", "--room-messages=70"))
                .isEqualTo(new LogOptions.Keep(Duration.ofDays(7), 70))
                .isEqualTo(kept(ChannelKind.ROOM, "--room-days=7", "--room-messages=70"));
        assertThat(kept(ChannelKind.EXTERNAL, "--pubnub-days=0", "--pubnub-messages=5", "--room-days=7"))
                .isEqualTo(new LogOptions.Keep(null, 5));
        assertThat(kept(ChannelKind.ROOM, "--pubnub-days=1", "--pubnub-messages=5"))
                .isEqualTo(kept(ChannelKind.ROOM));
        assertThatThrownBy(() -> TestServer.options(data, "--pubnub-days=36501"))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith("--pubnub-days is 36501;");
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
