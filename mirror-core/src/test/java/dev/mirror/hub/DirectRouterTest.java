package dev.mirror.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.channel.ChannelName;
import dev.mirror.hub.DirectRouter.Step;
import dev.mirror.identity.Principal;
import dev.mirror.identity.SessionId;
import dev.mirror.identity.UserId;
import dev.mirror.message.ClientMessage;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.Publication.Entry;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DirectRouterTest {
    private static final UserId ANN = new UserId("ann");
    private static final UserId BOB = new UserId("bob");
    private static final SessionId SESSION = new SessionId("s1");

    private static ChannelName name(String text) {
        return ChannelName.parse(text).orElseThrow();
    }

    private static List<Step> route(String channel, String websocketId, String userId, String data) {
        Principal ann = Principal.permanent(ANN, "ann-room", "Ann");
        return DirectRouter.route(
                ann, SESSION, new ClientMessage.Direct(null, name(channel), websocketId, userId, data));
    }

    @Test
    void w16_aRequestIsRelayedToTheReceiverAsSpelled() {
        assertThat(route("ann.bob", "", "", null)).containsExactly(new Step.Relay(BOB, "ann.bob"));
        assertThat(route("ann.bob", "s1", "ann", null)).containsExactly(new Step.Relay(BOB, "ann.bob"));
    }

    @Test
    void w41_withDataItIsAlsoPublished() {
        assertThat(route("ann.bob", "", "", "{}"))
                .containsExactly(new Step.Relay(BOB, "ann.bob"), new Step.Publish(name("ann.bob"), "{}"));
    }

    @Test
    void w16_aMessageToOneselfIsAllowed() {
        assertThat(route("ann.ann", "", "", null)).containsExactly(new Step.Relay(ANN, "ann.ann"));
    }

    @ParameterizedTest
    @CsvSource({
        "bob.ann,'',''",
        "bob.carl,'',''",
        "ann.bob,'',bob",
        "ann.bob,s2,''",
        "ann.bob,s2,ann",
        "annn.bob,'',ann"
    })
    void o30_w18_aForgedSenderIsRefused(String channel, String websocketId, String userId) {
        assertThat(route(channel, websocketId, userId, null))
                .singleElement()
                .satisfies(step -> assertThat(step)
                        .isInstanceOfSatisfying(
                                Step.Refuse.class,
                                refuse -> assertThat(refuse.error()).isEqualTo(ErrorCode.NOT_ALLOWED)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"lobby", "@bob", "@ann", "s:ann.bob"})
    void o29_w18_aChannelThatIsNotDirectIsRefused(String channel) {
        assertThat(route(channel, "", "", "{}"))
                .singleElement()
                .satisfies(step -> assertThat(step)
                        .isInstanceOfSatisfying(
                                Step.Refuse.class,
                                refuse -> assertThat(refuse.error()).isEqualTo(ErrorCode.BAD_CHANNEL)));
    }

    @Test
    void w42_aDirectPublicationIsCopiedIntoBothInboxes() {
        Entry entry = new Entry(ANN, "1", "{}");
        assertThat(DirectRouter.draft(name("bob.ann"), entry).copies()).containsExactly(name("@bob"), name("@ann"));
        assertThat(DirectRouter.draft(name("ann.ann"), entry).copies()).containsExactly(name("@ann"));
        assertThat(DirectRouter.draft(name("lobby"), entry).copies()).isEmpty();
        assertThat(DirectRouter.draft(name("s:x"), entry).copies()).isEmpty();
    }
}
