package dev.mirror.testkit.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.ClientMessage;
import dev.mirror.message.Frame;
import dev.mirror.message.JsonCodec;
import dev.mirror.message.Protocol;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/** A name is refused, or it is what its parts say, comes back from the wire as it was, and belongs to nobody else. */
class ChannelNameFuzzTest extends FuzzTarget {
    private static final JsonCodec CODEC = JsonCodec.of(Protocol.V2);
    private static final String ID = "(?![A-Za-z0-9_-]*-pnpres(?![A-Za-z0-9_-]))[A-Za-z0-9_-]{1,64}";
    private static final Pattern NATIVE =
            Pattern.compile("(?=.{1,92}\\z)@?" + ID + "|(?=.{1,92}\\z)" + ID + "\\." + ID);
    private static final UserId STRANGER = new UserId("somebody_else_altogether");

    @Override
    protected void take(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        Optional<ChannelName> parsed = ChannelName.parse(text);
        Optional<UserId> user = UserId.parse(text);
        if (user.isPresent()) {
            assertThat(parsed).contains(ChannelName.room(text));
            assertThat(ChannelName.inbox(user.get()).owner()).isEqualTo(user.get());
        }
        boolean isNative =
                parsed.filter(name -> name.kind() != ChannelKind.EXTERNAL).isPresent();
        assertThat(NATIVE.matcher(text).matches())
                .as("the grammar, written down twice")
                .isEqualTo(isNative);
        parsed.ifPresent(name -> parsed(text, name));
    }

    private static void parsed(String text, ChannelName name) {
        assertThat(name).hasToString(text);
        assertThat(ChannelName.parse(name.canonical()).orElseThrow()).isEqualTo(name);
        switch (name.kind()) {
            case ROOM -> assertThat(name.canonical()).isEqualTo(text);
            case INBOX -> assertThat(ChannelName.inbox(name.owner()).toString()).isEqualTo(text);
            case DIRECT -> direct(text, name);
            case EXTERNAL -> assertThat(text).startsWith(name.space() + ":").doesNotContainPattern("[\\s\\p{Cntrl}]");
        }
        if (!text.contains(STRANGER.value())) {
            assertThat(name.belongsTo(STRANGER)).isFalse();
        }
        Frame frame = CODEC.encode(new ClientMessage.Unsubscribe("1", name));
        assertThat(((ClientMessage.Unsubscribe) CODEC.decodeClient(frame.bytes(), 0, frame.size())).channel())
                .hasToString(text);
    }

    private static void direct(String text, ChannelName name) {
        assertThat(ChannelName.direct(name.sender(), name.receiver())).hasToString(text);
        ChannelName other = ChannelName.direct(name.receiver(), name.sender());
        assertThat(other).isEqualTo(name);
        assertThat(other.canonical()).isEqualTo(name.canonical());
        assertThat(other).hasSameHashCodeAs(name);
        assertThat(name.belongsTo(name.sender()) && name.belongsTo(name.receiver()))
                .isTrue();
    }
}
