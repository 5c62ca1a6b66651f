package dev.mirror.gateway.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.GatewayFixture;
import dev.mirror.gateway.TestCall;
import dev.mirror.identity.Principal;
import dev.mirror.identity.UserId;
import dev.mirror.message.Publication;
import dev.mirror.testkit.time.Await;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Subscribe in both forms, as it stands on the wire. */
class SubscribeTest {
    private static final Pattern CURSOR = Pattern.compile("^\\{\"t\":\\{\"t\":\"(\\d{17})\",\"r\":(\\d+)\\},\"m\":\\[");

    private final GatewayFixture fixture = new GatewayFixture();

    private void say(String channel, String payload) {
        fixture.text("/publish/pub-c-1/sub-c-1/0/" + channel + "/0/" + payload + "?uuid=ann");
    }

    private static String cursor(String answer) {
        Matcher matcher = CURSOR.matcher(answer);
        assertThat(matcher.find()).as(answer).isTrue();
        return "tt=" + matcher.group(1) + "&tr=" + matcher.group(2);
    }

    private TestCall poll(String channels, String query) {
        return fixture.get("/v2/subscribe/sub-c-1/" + channels + "/0?uuid=bob&" + query);
    }

    private static String withoutPlaces(String answer) {
        return answer.replaceAll("\\{\"t\":\"\\d{17}\",\"r\":[1-9]\\d*\\}", "T");
    }

    @Test
    void theHandshakeIsAnsweredAtOnceWithACursorThatIsNotZero() {
        for (String query : new String[] {"tt=0", "", "tt=0&tr=0&heartbeat=300&state=%7B%7D&ee="}) {
            assertThat(poll("ch", query).text())
                    .matches("\\{\"t\":\\{\"t\":\"\\d{17}\",\"r\":[1-9]\\d*\\},\"m\":\\[]\\}");
        }
    }

    @Test
    void aPollWaitsForWhatComes() {
        TestCall poll = poll("ch", cursor(poll("ch", "tt=0").text()));
        assertThat(poll.waits()).isTrue();
        say("ch", "%22hi%22");
        assertThat(withoutPlaces(poll.text()))
                .isEqualTo("{\"t\":T,\"m\":[{\"a\":\"1\",\"f\":0,\"i\":\"ann\",\"p\":T,\"d\":\"hi\",\"k\":\"sub-c-1\","
                        + "\"c\":\"ch\",\"b\":\"ch\"}]}");
        assertThat(poll.answerHeader("Content-Type")).isEqualTo("text/javascript; charset=\"UTF-8\"");
        assertThat(poll.answerHeader("Access-Control-Allow-Origin")).isEqualTo("*");
    }

    @Test
    void anIdlePollIsAnsweredWithNothingBeforeClientsGiveUp() {
        TestCall poll = poll("ch", cursor(poll("ch", "tt=0").text()));
        fixture.time().advance(Duration.ofSeconds(275));
        assertThat(poll.waits()).isTrue();
        fixture.time().advance(Duration.ofSeconds(7));
        assertThat(withoutPlaces(poll.text())).isEqualTo("{\"t\":T,\"m\":[]}");
    }

    @Test
    void theSameCursorIsAnsweredTheSameWhetherTheAnswerWasWrittenOrNot() {
        String cursor = cursor(poll("ch", "tt=0").text());
        TestCall gone = poll("ch", cursor);
        gone.leave();
        say("ch", "1");
        assertThat(gone.waits()).isTrue();
        String first = poll("ch", cursor).text();
        assertThat(first).contains("\"d\":1");
        assertThat(poll("ch", cursor).text()).isEqualTo(first);
        assertThat(fixture.gateway().stream().polls()).isZero();
    }

    @Test
    void wildcardsAndChannelsMatchEachForItself() {
        String cursor = cursor(poll("a.x,a.*", "tt=0").text());
        say("a.x", "1");
        String text = poll("a.x,a.%2A,%2C", cursor).text();
        assertThat(text).contains("\"c\":\"a.x\",\"b\":\"a.x\"}").contains("\"c\":\"a.x\",\"b\":\"a.*\"}");
    }

    @Test
    void encodedAndRawListsAreTheSame() {
        String cursor = cursor(poll("a%2Cb", "tt=0").text());
        say("a", "1");
        say("b", "2");
        assertThat(poll("a,b", cursor).text()).isEqualTo(poll("a%2Cb", cursor).text());
    }

    @Test
    void aTimetokenOfAPublishIsACursor() {
        String sent = fixture.text("/publish/pub-c-1/sub-c-1/0/ch/0/1");
        say("ch", "2");
        String timetoken = sent.replaceAll(".*\"(\\d{17})\".*", "$1");
        assertThat(poll("ch", "tt=" + timetoken).text()).contains("\"d\":2").doesNotContain("\"d\":1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v2/subscribe/nobody/ch/0         | 400 | Invalid Subscribe Key",
                "/v2/subscribe/sub-c-1/a%2Fb/0     | 400 | Invalid Channel",
                "/v2/subscribe/sub-c-1/,/0         | 400 | Invalid Channel",
                "/v2/subscribe/sub-c-1/a.b.c.*/0   | 400 | Invalid Channel",
                "/v2/subscribe/sub-c-1/*/0         | 400 | Invalid Channel",
                "/v2/subscribe/sub-c-1/ch/0?tt=x   | 400 | Invalid Timetoken",
                "/v2/subscribe/sub-c-1/ch/call     | 400 | JSONP is not supported",
                "/subscribe/sub-c-1/ch/0/x         | 400 | Invalid Timetoken",
                "/subscribe/nobody/ch/0/0          | 400 | Invalid Subscribe Key",
            })
    void refusalsHaveTheFormThatSdksRead(String target, int status, String message) {
        assertThat(fixture.get(target).answered())
                .isEqualTo(status + " {\"message\":\"" + message
                        + "\",\"error\":true,\"service\":\"Access Manager\",\"status\":" + status + "}");
    }

    @Test
    void aFilterThatNobodyUnderstandsLetsNothingThrough() {
        String cursor = cursor(poll("ch", "tt=0").text());
        TestCall poll = poll("ch", cursor + "&filter-expr=%28%28");
        say("ch", "1");
        assertThat(poll.waits()).isTrue();
    }

    @Test
    void theOldFormHasBarePayloads() {
        String handshake = fixture.text("/subscribe/sub-c-1/ch/0/0");
        assertThat(handshake).matches("\\[\\[],\"\\d{17}\"]");
        String timetoken = handshake.replaceAll("\\D", "");
        say("ch", "%22a%22");
        say("ch", "%7B%22b%22:1%7D");
        assertThat(fixture.text("/subscribe/sub-c-1/ch/0/" + timetoken))
                .matches("\\[\\[\"a\",\\{\"b\":1}],\"\\d{17}\"]");
        assertThat(fixture.text("/subscribe/sub-c-1/ch%2Cother/0/" + timetoken))
                .matches("\\[\\[\"a\",\\{\"b\":1}],\"\\d{17}\",\"ch,ch\"]");
    }

    @Test
    void theOldFormNamesWildcardAndChannel() {
        String timetoken = fixture.text("/subscribe/sub-c-1/a.*/0/0").replaceAll("\\D", "");
        say("a.x", "1");
        assertThat(fixture.text("/subscribe/sub-c-1/a.*/0/" + timetoken))
                .matches("\\[\\[1],\"\\d{17}\",\"a\\.\\*\",\"a\\.x\"]");
    }

    @Test
    void theOldFormLeavesSignalsOutAndRepeatsNothingThatPassedBy() {
        String timetoken = fixture.text("/subscribe/sub-c-1/ch/0/0").replaceAll("\\D", "");
        fixture.text("/signal/pub-c-1/sub-c-1/0/ch/0/%22s%22");
        fixture.text("/publish/pub-c-1/sub-c-1/0/ch/0/%22p%22?store=0");
        String first = fixture.text("/subscribe/sub-c-1/ch/0/" + timetoken);
        assertThat(first).matches("\\[\\[\"p\"],\"\\d{27}\"]");
        String next = first.replaceAll("\\D", "");
        assertThat(fixture.get("/subscribe/sub-c-1/ch/0/" + next).waits()).isTrue();
    }

    @Test
    void roomsOfWebSocketClientsAreChannelsOfASharedKeyset() {
        String cursor = cursor(fixture.text("/v2/subscribe/sub-c-2/lobby/0?tt=0"));
        Publication.Entry entry = new Publication.Entry(new UserId("ann"), "id-1", "{\"value\":\"hi\"}");
        Await.value(fixture.mirror().publish(ChannelName.room("lobby"), entry));
        assertThat(withoutPlaces(fixture.text("/v2/subscribe/sub-c-2/lobby/0?" + cursor)))
                .isEqualTo("{\"t\":T,\"m\":[{\"a\":\"1\",\"f\":0,\"i\":\"ann\",\"p\":T,\"d\":{\"value\":\"hi\"},"
                        + "\"k\":\"sub-c-2\",\"c\":\"lobby\",\"b\":\"lobby\"}]}");
        assertThat(fixture.get("/v2/subscribe/sub-c-1/lobby/0?" + cursor).waits())
                .as("a keyset with names of its own has another channel of that name")
                .isTrue();
    }

    @Test
    void whatNobodyProvesIsMarkedOnSharedNames() {
        String cursor = cursor(fixture.text("/v2/subscribe/sub-c-2/lobby/0?tt=0"));
        fixture.text("/publish/pub-c-2/sub-c-2/0/lobby/0/%7B%22value%22:%22hi%22,%22unverified%22:false%7D?uuid=ann");
        assertThat(fixture.text("/v2/subscribe/sub-c-2/lobby/0?" + cursor))
                .contains("\"d\":{\"value\":\"hi\",\"unverified\":true}");
    }

    @Test
    void aConversationIsItsTwoUsersAlone() {
        fixture.users().user("ann");
        fixture.users().user("bob");
        String target = "/v2/subscribe/sub-c-2/bob.ann/0?tt=0";
        assertThat(fixture.get(target).answered()).startsWith("403 ");
        assertThat(fixture.get("/v2/subscribe/sub-c-2/bob.ann-pnpres/0?tt=0").answered())
                .startsWith("403 ");
        Principal eve = Principal.permanent(new UserId("eve"), "eve-room", "Eve");
        assertThat(fixture.ask(new TestCall("GET", target).by(eve)).answered()).startsWith("403 ");
        Principal ann = Principal.permanent(new UserId("ann"), "ann-room", "Ann");
        String cursor = cursor(fixture.ask(new TestCall("GET", target).by(ann)).text());
        assertThat(fixture.get("/publish/pub-c-2/sub-c-2/0/ann.bob/0/1").answered())
                .startsWith("403 ");
        fixture.ask(new TestCall("GET", "/publish/pub-c-2/sub-c-2/0/ann.bob/0/%22psst%22").by(ann))
                .text();
        TestCall poll = new TestCall("GET", "/v2/subscribe/sub-c-2/bob.ann/0?" + cursor).by(ann);
        assertThat(fixture.ask(poll).text())
                .contains("\"i\":\"ann\"")
                .contains("\"d\":\"psst\"")
                .contains("\"c\":\"bob.ann\",\"b\":\"bob.ann\"");
        assertThat(fixture.get("/v2/subscribe/sub-c-2/ann.nobody/0?tt=0").answered())
                .as("two names that are not two users are a channel like any other")
                .startsWith("200 ");
    }
}
