package dev.mirror.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.keyset.Keyset;
import dev.mirror.identity.Principal;
import dev.mirror.identity.UserId;
import dev.mirror.message.Publication;
import dev.mirror.spi.HistoryQuery;
import dev.mirror.testkit.time.Await;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The keyset for pages of 2018: what it opens, and what it does not. */
class LegacyTest {
    private final GatewayFixture fixture = new GatewayFixture(Keyset.legacy());

    {
        fixture.users().user("ann");
        fixture.users().user("bob");
    }

    private void say(String channel, String payload) {
        fixture.text("/publish/pub-c-old/sub-c-old/0/" + channel + "/0/" + payload + "?uuid=u");
    }

    private String cursor(String target) {
        return fixture.text(target).replaceAll(".*\"(\\d+)\".*", "$1");
    }

    private List<Publication.Entry> stored(String channel) {
        ChannelName name = ChannelName.parse(channel).orElseThrow();
        return Await.value(fixture.broker().history(HistoryQuery.latest(name, 100))).publications().stream()
                .map(Publication::entry)
                .collect(Collectors.toList());
    }

    private void saidByWebSocket(String channel, String body) {
        Await.value(fixture.mirror()
                .publish(
                        ChannelName.parse(channel).orElseThrow(),
                        new Publication.Entry(new UserId("ann"), "id" + body.hashCode(), body)));
        fixture.run();
    }

    @Test
    void anyKeysWillDo() {
        for (String keys : List.of("pub-c-a/sub-c-a", "demo/demo", "x%20y/%C3%BC", "pub/legacy-2018")) {
            assertThat(fixture.text("/publish/" + keys + "/0/lobby/0/1")).startsWith("[1,");
        }
        assertThat(fixture.get("/subscribe/" + "x".repeat(93) + "/lobby/0/0").answered())
                .startsWith("400 ");
        assertThat(fixture.get("/subscribe//lobby/0/0").answered()).startsWith("400 ");
        assertThat(stored("lobby")).hasSize(4);
    }

    /** Whoever may listen to a conversation may see who is in it. */
    @Test
    void conversationsAreSeenInPresence() {
        String presence = "/v2/presence/sub-key/sub-c-old";
        fixture.text(presence + "/channel/ann.bob,lobby/heartbeat?uuid=u");
        assertThat(fixture.text(presence + "/uuid/u")).contains("\"channels\":[\"ann.bob\",\"lobby\"]");
        assertThat(fixture.text(presence)).contains("\"ann.bob\":{").contains("\"total_channels\":2");
    }

    @Test
    void theKeyThatWasShownIsTold() {
        String target = "/v2/subscribe/sub-c-mine/lobby/0?tt=";
        String cursor = fixture.text(target + 0).replaceAll(".*\"t\":\"(\\d+)\",\"r\":(\\d+).*", "$1&tr=$2");
        say("lobby", "1");
        assertThat(fixture.text(target + cursor)).contains("\"k\":\"sub-c-mine\"");
    }

    @Test
    void keysThatSomebodyNamedKeepTheirRules() {
        assertThat(fixture.get("/publish/pub-c-3/sub-c-3/0/lobby/0/1").answered())
                .startsWith("403 ");
        assertThat(fixture.get("/publish/wrong/sub-c-1/0/lobby/0/1").answered()).startsWith("400 ");
        assertThat(fixture.get("/subscribe/sub-c-2/ann.bob/0/0").answered())
                .as("an open keyset with shared names opens no conversation")
                .startsWith("403 ");
    }

    @Test
    void aConversationIsOpenToWhoeverNamesItAndNothingElseIs() {
        String cursor = cursor("/subscribe/sub-c-old/ann.bob/0/0?uuid=u");
        say("bob.ann", "%7B%22value%22:%22hi%22,%22username%22:%22Bob%22%7D");
        assertThat(fixture.text("/subscribe/sub-c-old/ann.bob/0/" + cursor + "?uuid=u"))
                .startsWith("[[{\"value\":\"hi\",\"username\":\"Bob\",\"unverified\":true}],\"");
        assertThat(stored("ann.bob"))
                .singleElement()
                .satisfies(entry -> assertThat(entry.publisher().value()).isEqualTo("pubnub-gateway"));
        assertThat(stored("@ann"))
                .as("both find it where they find all that concerns them")
                .hasSize(1);
        say("@ann", "1");
        assertThat(stored("@ann")).as("an inbox is not on offer").hasSize(1);
        assertThat(stored("legacy-2018:@ann")).hasSize(1);
        say("ann.nobody", "1");
        assertThat(stored("legacy-2018:ann.nobody")).hasSize(1);
    }

    @Test
    void wildcardsReachNoConversation() {
        String cursor = cursor("/subscribe/sub-c-old/ann.*/0/0");
        say("ann.bob", "1");
        say("ann.x", "2");
        assertThat(fixture.text("/subscribe/sub-c-old/ann.*/0/" + cursor))
                .startsWith("[[2],")
                .endsWith("\"ann.*\",\"ann.x\"]");
    }

    @Test
    void nobodyDeletesWithoutASecretKey() {
        say("own.name", "1");
        assertThat(fixture.ask(new TestCall("DELETE", "/v3/history/sub-key/sub-c-old/channel/own.name"))
                        .answered())
                .startsWith("403 ");
    }

    @Test
    void whoShowsALogInIsThatUser() {
        Principal ann = Principal.permanent(new UserId("ann"), "ann-room", "Ann");
        String target = "/publish/p/s/0/ann.bob/0/%7B%22value%22:1,%22username%22:%22Eve%22%7D";
        fixture.ask(new TestCall("GET", target).by(ann)).text();
        assertThat(stored("ann.bob")).singleElement().satisfies(entry -> {
            assertThat(entry.publisher()).isEqualTo(ann.user());
            assertThat(entry.body())
                    .isEqualTo("{\"value\":1,\"username\":\"Ann\",\"userId\":\"ann\",\"channel\":\"ann-room\"}");
        });
    }

    @Test
    void w49_pagesOf2018HearOfNoAmendments() {
        String cursor = cursor("/subscribe/sub-c-old/lobby/0/0");
        saidByWebSocket("lobby", "{\"value\":\"one\"}");
        saidByWebSocket("lobby", "{\"amend\":{\"epoch\":\"e\",\"offset\":1,\"delete\":true}}");
        saidByWebSocket("lobby", "{\"value\":\"two\",\"amend\":1}");
        assertThat(fixture.text("/subscribe/sub-c-old/lobby/0/" + cursor))
                .startsWith("[[{\"value\":\"one\"},{\"value\":\"two\",\"amend\":1}],");
        say("own.name", "%7B%22amend%22:1%7D");
        assertThat(fixture.text("/subscribe/sub-c-old/own.name/0/" + cursor)).startsWith("[[{\"amend\":1}],");
    }

    /** A page of 2018 begins anew each time that it listens to one channel more. */
    @Test
    void whatIsSaidWhileAPageBeginsToListenIsNotLost() {
        String first = cursor("/subscribe/sub-c-old/lobby/0/0?uuid=u");
        TestCall waits = fixture.get("/subscribe/sub-c-old/lobby/0/" + first + "?uuid=u");
        say("lobby", "%22before%22");
        assertThat(waits.text()).startsWith("[[\"before\"],");
        saidByWebSocket("ann.bob", "{\"value\":\"right away\"}");
        String again = cursor("/subscribe/sub-c-old/lobby%2Cann.bob/0/0?uuid=u");
        assertThat(fixture.text("/subscribe/sub-c-old/lobby%2Cann.bob/0/" + again + "?uuid=u"))
                .startsWith("[[{\"value\":\"right away\"}],")
                .endsWith("\"ann.bob\"]");
    }

    @Test
    void whoWasNotHereBeforeBeginsNow() {
        fixture.text("/subscribe/sub-c-old/lobby/0/0?uuid=u");
        say("lobby", "1");
        String another = cursor("/subscribe/sub-c-old/lobby/0/0?uuid=another");
        assertThat(fixture.get("/subscribe/sub-c-old/lobby/0/" + another + "?uuid=another")
                        .waits())
                .isTrue();
    }

    @Test
    void aPageGoesBackAMomentAndNoMore() {
        fixture.text("/subscribe/sub-c-old/lobby/0/0?uuid=u");
        say("other", "%22long ago%22".replace(" ", "%20"));
        fixture.time().advance(java.time.Duration.ofMinutes(1));
        say("other", "%22just now%22".replace(" ", "%20"));
        String again = cursor("/subscribe/sub-c-old/lobby%2Cother/0/0?uuid=u");
        assertThat(fixture.text("/subscribe/sub-c-old/lobby%2Cother/0/" + again + "?uuid=u"))
                .startsWith("[[\"just now\"],");
    }

    @Test
    void u0000_isRefusedByName() {
        for (String target : List.of(
                "/publish/p/s/0/a%00b/0/1",
                "/publish/p/s/0/ch/0/1?uuid=a%00b",
                "/v1/channel-registration/sub-key/s/channel-group/g%00?add=a",
                "/v1/channel-registration/sub-key/s/channel-group/g?add=a%00")) {
            assertThat(fixture.get(target).answered())
                    .as(target)
                    .startsWith("400 ")
                    .contains("U+0000 is not allowed");
        }
    }

    /** They stand in JSON, escaped, but in no UTF-8: neither database would keep them as they are. */
    @Test
    void pairsAndHalvesOfThemStayEscaped() {
        say("lobby", "%7B%22a%22:%22%5Cud83d%5Cude00%22,%22%F0%9F%98%80%22:1%7D");
        assertThat(stored("lobby").get(0).body())
                .isEqualTo("{\"a\":\"\\ud83d\\ude00\",\"\uD83D\uDE00\":1,\"unverified\":true}");
        long said = Await.value(fixture.broker().history(HistoryQuery.latest(ChannelName.room("lobby"), 1)))
                .publications()
                .get(0)
                .timetoken();
        TestCall action = new TestCall("POST", "/v1/message-actions/s/channel/lobby/message/" + said + "?uuid=u")
                .body("{\"type\":\"a\\u0000\",\"value\":\"\\ud83d\"}");
        assertThat(fixture.ask(action).text()).contains("\"type\":\"a\\u0000\"").contains("\"value\":\"\\ud83d\"");
    }
}
