package dev.mirror.gateway.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.ServiceFixture;
import dev.mirror.gateway.TestCall.Reply;
import dev.mirror.gateway.keyset.ChannelNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryEndpointsTest {
    private static final String TWO = "/v2/history/sub-key/open/channel/";
    private static final String THREE = "/v3/history/sub-key/open/channel/";
    private static final String COUNTS = "/v3/history/sub-key/open/message-counts/";

    private final ServiceFixture gateway = new ServiceFixture();

    @AfterEach
    void close() {
        gateway.close();
    }

    /** Publishes 0, 1, 2, …; the timetokens. */
    private List<Long> publish(String channel, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> gateway.publish("open", channel, Integer.toString(i), ""))
                .toList();
    }

    private String said(String target) {
        Reply reply = gateway.get(target);
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        return reply.body();
    }

    /** The payloads of version 2. */
    private String two(String channel, String query) {
        return gateway.get(TWO + channel + '?' + query).json().path(0).toString();
    }

    /** The payloads of a channel in version 3. */
    private String three(String channel, String query) {
        List<String> payloads = new ArrayList<>();
        gateway.get(THREE + channel + '?' + query)
                .json()
                .path("channels")
                .path(channel)
                .forEach(item -> payloads.add(item.path("message").toString()));
        return "[" + String.join(",", payloads) + "]";
    }

    private Reply delete(String channel, String query) {
        return gateway.signed("DELETE", THREE + channel + (query.isEmpty() ? "" : "?" + query), "");
    }

    @Test
    void versionTwoIsThePayloadsAndTheFirstAndLastTimetoken() {
        assertThat(said(TWO + "ch")).isEqualTo("[[],0,0]");
        List<Long> t = publish("ch", 3);
        assertThat(said(TWO + "ch")).isEqualTo("[[0,1,2]," + t.get(0) + "," + t.get(2) + "]");
        assertThat(said(TWO + "ch?stringtoken=true&count=2"))
                .isEqualTo("[[1,2],\"" + t.get(1) + "\",\"" + t.get(2) + "\"]");
        assertThat(said(TWO + "none?stringtoken=true")).isEqualTo("[[],\"0\",\"0\"]");
    }

    @Test
    void versionTwoTellsTimetokensAndMetaIfAsked() {
        long a = gateway.publish("open", "ch", "{\"x\":1.10}", "meta=" + ServiceFixture.encode("{\"k\":[1]}"));
        long b = gateway.publish("open", "ch", "\"b\"", "");
        assertThat(said(TWO + "ch?include_token=true"))
                .isEqualTo("[[{\"message\":{\"x\":1.10},\"timetoken\":" + a + "},{\"message\":\"b\",\"timetoken\":" + b
                        + "}]," + a + "," + b + "]");
        assertThat(said(TWO + "ch?include_token=true&include_meta=true&string_message_token=true&count=1"))
                .isEqualTo("[[{\"message\":\"b\",\"timetoken\":\"" + b + "\",\"meta\":\"\"}]," + b + "," + b + "]");
        assertThat(said(TWO + "ch?include_meta=true&count=1&start=" + b))
                .isEqualTo("[[{\"message\":{\"x\":1.10},\"meta\":{\"k\":[1]}}]," + a + "," + a + "]");
    }

    @Test
    void versionTwoGoesBackFromStartAndDownToEnd() {
        List<Long> t = publish("ch", 5);
        assertThat(two("ch", "start=" + t.get(3))).isEqualTo("[0,1,2]");
        assertThat(two("ch", "start=" + t.get(3) + "&count=2")).isEqualTo("[1,2]");
        assertThat(two("ch", "end=" + t.get(1))).isEqualTo("[1,2,3,4]");
        assertThat(two("ch", "end=" + t.get(1) + "&count=2")).isEqualTo("[3,4]");
        assertThat(two("ch", "start=" + t.get(4) + "&end=" + t.get(2))).isEqualTo("[2,3]");
        assertThat(two("ch", "start=" + t.get(2) + "&end=" + t.get(4))).isEqualTo("[]");
        assertThat(two("ch", "start=" + t.get(0))).isEqualTo("[]");
    }

    @Test
    void versionTwoReversedGoesForwardFromStartAndUpToEnd() {
        List<Long> t = publish("ch", 5);
        assertThat(two("ch", "reverse=true")).isEqualTo("[0,1,2,3,4]");
        assertThat(two("ch", "reverse=true&count=2")).isEqualTo("[0,1]");
        assertThat(two("ch", "reverse=true&start=" + t.get(1))).isEqualTo("[2,3,4]");
        assertThat(two("ch", "reverse=true&count=2&start=" + t.get(1))).isEqualTo("[2,3]");
        assertThat(two("ch", "reverse=true&end=" + t.get(1))).isEqualTo("[0,1]");
        assertThat(two("ch", "reverse=true&start=" + t.get(0) + "&end=" + t.get(2)))
                .isEqualTo("[1,2]");
        assertThat(two("ch", "reverse=true&start=" + t.get(4))).isEqualTo("[]");
        assertThat(two("ch", "reverse=false&count=1")).isEqualTo("[4]");
    }

    @Test
    void versionTwoJoinsTheChannelsOfGroups() {
        gateway.get("/v1/channel-registration/sub-key/open/channel-group/g?add=a,b");
        gateway.publish("open", "a", "0", "");
        gateway.publish("open", "b", "1", "");
        long third = gateway.publish("open", "a", "2", "");
        gateway.publish("open", "other", "9", "");
        assertThat(two(",", "channel-group=g")).isEqualTo("[0,1,2]");
        assertThat(two(",", "channel-group=g&count=2")).isEqualTo("[1,2]");
        assertThat(two(",", "channel-group=g&count=2&reverse=true")).isEqualTo("[0,1]");
        assertThat(two(",", "channel-group=g&start=" + third)).isEqualTo("[0,1]");
        assertThat(said(TWO + ",?channel-group=none")).isEqualTo("[[],0,0]");
        assertThat(said(TWO + ",?channel-group=1,2,3,4,5,6,7,8,9,g")).startsWith("[[0,1,2],");
        assertThat(gateway.get(TWO + ",?channel-group=0,1,2,3,4,5,6,7,8,9,g").status())
                .isEqualTo(400);
        assertThat(gateway.get(TWO + "a,b").status()).isEqualTo(400);
    }

    @Test
    void aPageHasAtMostAHundred() {
        publish("ch", 130);
        assertThat(gateway.get(TWO + "ch?count=1000").json().get(0)).hasSize(100);
        assertThat(gateway.get(TWO + "ch?count=0").json().get(0)).hasSize(100);
        assertThat(gateway.get(THREE + "ch").json().path("channels").path("ch")).hasSize(100);
        assertThat(gateway.get(THREE + "ch?max=7").json().path("channels").path("ch"))
                .hasSize(7);
        assertThat(gateway.get(THREE + "ch,other").json().path("channels").path("ch"))
                .hasSize(25);
        assertThat(gateway.get("/v3/history-with-actions/sub-key/open/channel/ch?max=100")
                        .json()
                        .path("channels")
                        .path("ch"))
                .hasSize(25);
    }

    /** Page by page, as clients walk: nothing is left out, nothing comes twice. */
    @Test
    void allPagesTogetherAreTheWholeChannel() {
        List<Long> t = publish("ch", 257);
        List<Integer> walked = new ArrayList<>();
        String start = "";
        for (JsonNode page = gateway.get(TWO + "ch?count=50").json();
                page.get(0).size() > 0;
                page = gateway.get(TWO + "ch?count=50&start=" + start).json()) {
            List<Integer> here = new ArrayList<>();
            page.get(0).forEach(each -> here.add(each.intValue()));
            walked.addAll(0, here);
            start = page.get(1).asText();
        }
        assertThat(walked).isEqualTo(IntStream.range(0, t.size()).boxed().toList());
    }

    @Test
    void versionThreeHasAnObjectForEachMessage() {
        long a = gateway.publish(
                "open",
                "ch",
                "\"hi\"",
                "uuid=ann&custom_message_type=my-type&meta=" + ServiceFixture.encode("{\"k\":1}"));
        long b = gateway.publish("open", "ch", "[1,2]", "");
        String head = "{\"status\":200,\"error\":false,\"error_message\":\"\",\"channels\":{";
        assertThat(said(THREE + "none")).isEqualTo(head + "}}");
        assertThat(said(THREE + "ch"))
                .isEqualTo(head + "\"ch\":[{\"message\":\"hi\",\"timetoken\":\"" + a
                        + "\"},{\"message\":[1,2],\"timetoken\":\"" + b + "\"}]}}");
        assertThat(said(THREE + "ch?include_message_type=true&include_uuid=true&include_meta=true"
                        + "&include_custom_message_type=true"))
                .isEqualTo(head + "\"ch\":[{\"message\":\"hi\",\"timetoken\":\"" + a
                        + "\",\"message_type\":null,\"custom_message_type\":\"my-type\",\"uuid\":\"ann\","
                        + "\"meta\":{\"k\":1}},{\"message\":[1,2],\"timetoken\":\"" + b
                        + "\",\"message_type\":null,\"uuid\":null,\"meta\":\"\"}]}}");
        assertThat(said(THREE + "ch?include_uuid=1&include_meta=0&max=1"))
                .isEqualTo(head + "\"ch\":[{\"message\":[1,2],\"timetoken\":\"" + b + "\",\"uuid\":null}]}}");
    }

    @Test
    void versionThreeHasSeveralChannelsAndLeavesOutEmptyOnes() {
        publish("a", 2);
        publish("b_c+d", 1);
        assertThat(gateway.get(THREE + "a,empty,b_c%2Bd").json().path("channels").properties().stream()
                        .map(Map.Entry::getKey))
                .containsExactly("a", "b_c%2Bd");
        assertThat(gateway.get(THREE + "b_c+d?encode_channels=false")
                        .json()
                        .path("channels")
                        .has("b_c+d"))
                .isTrue();
    }

    @Test
    void versionThreeGoesBackFromStartAndDownToEnd() {
        List<Long> t = publish("ch", 5);
        assertThat(three("ch", "start=" + t.get(3))).isEqualTo("[0,1,2]");
        assertThat(three("ch", "end=" + t.get(3))).isEqualTo("[3,4]");
        assertThat(three("ch", "start=" + t.get(4) + "&end=" + t.get(1) + "&max=2"))
                .isEqualTo("[2,3]");
    }

    @Test
    void actionsStandWithTheirMessages() {
        List<Long> t = publish("ch", 3);
        String smile = action(t.get(0), "ann", "reaction", "smile");
        String same = action(t.get(0), "bob", "reaction", "smile");
        String seen = action(t.get(2), "bob", "receipt", "seen");
        assertThat(said("/v3/history-with-actions/sub-key/open/channel/ch"))
                .isEqualTo("{\"status\":200,\"error\":false,\"error_message\":\"\",\"channels\":{\"ch\":["
                        + "{\"message\":0,\"timetoken\":\"" + t.get(0)
                        + "\",\"actions\":{\"reaction\":{\"smile\":[{\"uuid\":\"ann\",\"actionTimetoken\":\"" + smile
                        + "\"},{\"uuid\":\"bob\",\"actionTimetoken\":\"" + same + "\"}]}}},"
                        + "{\"message\":1,\"timetoken\":\"" + t.get(1) + "\"},"
                        + "{\"message\":2,\"timetoken\":\"" + t.get(2)
                        + "\",\"actions\":{\"receipt\":{\"seen\":[{\"uuid\":\"bob\",\"actionTimetoken\":\"" + seen
                        + "\"}]}}}]}}");
    }

    private String action(long message, String uuid, String type, String value) {
        return gateway.post(
                        "/v1/message-actions/open/channel/ch/message/" + message + "?uuid=" + uuid,
                        "{\"type\":\"" + type + "\",\"value\":\"" + value + "\"}")
                .json()
                .path("data")
                .path("actionTimetoken")
                .textValue();
    }

    /** A page is full of messages even where the log has more events than messages. */
    @Test
    void whatWasDoneToMessagesIsNotHistory() {
        List<Long> t = publish("ch", 2);
        for (int i = 0; i < 400; i++) {
            action(t.get(0), "u" + i, "reaction", "smile");
        }
        gateway.publish("open", "ch", "2", "");
        assertThat(two("ch", "count=3")).isEqualTo("[0,1,2]");
        assertThat(two("ch", "count=2&reverse=true")).isEqualTo("[0,1]");
        assertThat(two("ch", "reverse=true&start=" + t.get(0))).isEqualTo("[1,2]");
        assertThat(said(COUNTS + "ch?timetoken=1")).contains("\"ch\":3");
    }

    @Test
    void whatIsDamagedIsLeftOutWhereverItStands() {
        List<Long> t = publish("ch", 8);
        ChannelName log = ChannelNames.own(ServiceFixture.OPEN, "ch");
        for (long offset : new long[] {3, 7, 8}) {
            gateway.broker().damage(log, offset);
        }
        assertThat(two("ch", "count=3")).isEqualTo("[3,4,5]");
        assertThat(two("ch", "count=5")).isEqualTo("[0,1,3,4,5]");
        assertThat(two("ch", "count=100&start=" + t.get(3))).isEqualTo("[0,1]");
        assertThat(two("ch", "count=1&start=" + t.get(7))).isEqualTo("[5]");
        assertThat(two("ch", "reverse=true")).isEqualTo("[0,1,3,4,5]");
    }

    @Test
    void whereAllIsDamagedThereIsNothing() {
        publish("ch", 2);
        ChannelName log = ChannelNames.own(ServiceFixture.OPEN, "ch");
        gateway.broker().damage(log, 1);
        gateway.broker().damage(log, 2);
        assertThat(said(TWO + "ch")).isEqualTo("[[],0,0]");
    }

    /** A message has up to a thousand, and each may be long. */
    @Test
    void i6_moreActionsThanFitComeInFurtherPages() {
        List<Long> t = publish("ch", 3);
        String value = "\u20ac".repeat(2_048);
        for (int i = 0; i < 700; i++) {
            action(t.get(1), "u" + i, "reaction", value);
            action(t.get(2), "u" + i, "reaction", value);
        }
        action(t.get(0), "u", "reaction", "smile");
        String target = "/v3/history-with-actions/sub-key/open/channel/ch";
        for (int i = 2; i >= 0; i--) {
            JsonNode page = gateway.get(target).json();
            assertThat(page.at("/channels/ch")).hasSize(1);
            assertThat(page.at("/channels/ch/0/timetoken").textValue())
                    .isEqualTo(t.get(i).toString());
            assertThat(page.at("/channels/ch/0/actions/reaction/" + (i == 0 ? "smile" : value)))
                    .hasSize(i == 0 ? 1 : 700);
            assertThat(page.has("more")).isEqualTo(i > 0);
            target = page.at("/more/url").asText();
            assertThat(page.at("/more/start").asText())
                    .isEqualTo(i > 0 ? t.get(i).toString() : "");
        }
    }

    @Test
    void whatPassesByIsNotHistory() {
        gateway.publish("open", "ch", "1", "store=0");
        gateway.get("/signal/pub/open/0/ch/0/2");
        assertThat(said(TWO + "ch")).isEqualTo("[[],0,0]");
    }

    @Test
    void deletingIsAnswered() {
        publish("ch", 1);
        Reply reply = delete("ch", "");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body()).isEqualTo("{\"status\":200,\"error\":false,\"error_message\":\"\"}");
    }

    @Test
    void withoutBoundsEverythingUntilNowIsDeleted() {
        publish("ch", 3);
        publish("other", 1);
        delete("ch", "");
        assertThat(two("ch", "")).isEqualTo("[]");
        assertThat(two("other", "")).isEqualTo("[0]");
        gateway.publish("open", "ch", "\"new\"", "");
        assertThat(two("ch", "")).isEqualTo("[\"new\"]");
        assertThat(three("ch", "")).isEqualTo("[\"new\"]");
    }

    @Test
    void aSpanIsDeletedWithoutItsStartAndWithItsEnd() {
        List<Long> t = publish("ch", 10);
        delete("ch", "end=" + t.get(3) + "&start=" + t.get(5));
        assertThat(two("ch", "")).isEqualTo("[0,1,2,5,6,7,8,9]");
        delete("ch", "end=" + t.get(7) + "&start=" + t.get(6));
        assertThat(two("ch", "")).isEqualTo("[0,1,2,5,6,8,9]");
        delete("ch", "start=" + t.get(1));
        assertThat(two("ch", "")).isEqualTo("[1,2,5,6,8,9]");
        delete("ch", "end=" + t.get(9));
        assertThat(two("ch", "")).isEqualTo("[1,2,5,6,8]");
        assertThat(two("ch", "reverse=true")).isEqualTo("[1,2,5,6,8]");
        assertThat(two("ch", "reverse=true&count=3&start=" + t.get(1))).isEqualTo("[2,5,6]");
        assertThat(two("ch", "count=2&start=" + t.get(8))).isEqualTo("[5,6]");
    }

    @Test
    void oneMessageIsDeletedAsTheManualSays() {
        List<Long> t = publish("ch", 3);
        delete("ch", "end=" + t.get(1) + "&start=" + t.get(1));
        assertThat(two("ch", "")).isEqualTo("[0,1,2]");
        delete("ch", "end=" + t.get(1) + "&start=" + (t.get(1) + 1));
        assertThat(two("ch", "")).isEqualTo("[0,2]");
        delete("ch", "end=" + t.get(2) + "&start=" + (t.get(2) - 1));
        assertThat(two("ch", "")).isEqualTo("[0]");
    }

    @Test
    void aPageReachesOverWhatWasDeleted() {
        List<Long> t = publish("ch", 900);
        delete("ch", "end=" + t.get(5) + "&start=" + t.get(895));
        assertThat(two("ch", "count=8")).isEqualTo("[2,3,4,895,896,897,898,899]");
        assertThat(two("ch", "reverse=true&count=8")).isEqualTo("[0,1,2,3,4,895,896,897]");
        assertThat(said(COUNTS + "ch?timetoken=" + t.get(3))).contains("\"ch\":7");
    }

    @Test
    void manySpansThatWereDeletedBecomeOne() {
        List<Long> t = publish("ch", 200);
        for (int i = 0; i < 200; i += 2) {
            delete("ch", "end=" + t.get(i) + "&start=" + (t.get(i) + 1));
        }
        assertThat(gateway.get(TWO + "ch").json().get(0)).hasSize(100);
        assertThat(two("ch", "count=3")).isEqualTo("[195,197,199]");
        delete("ch", "end=" + t.get(10) + "&start=" + t.get(190));
        assertThat(two("ch", "reverse=true")).isEqualTo("[1,3,5,7,9,191,193,195,197,199]");
        delete("ch", "");
        assertThat(two("ch", "")).isEqualTo("[]");
    }

    @Test
    void theActionsOfADeletedMessageAreDeletedToo() {
        List<Long> t = publish("ch", 2);
        action(t.get(0), "ann", "reaction", "smile");
        String kept = action(t.get(1), "ann", "reaction", "smile");
        delete("ch", "start=" + t.get(1));
        JsonNode actions =
                gateway.get("/v1/message-actions/open/channel/ch").json().path("data");
        assertThat(actions).hasSize(1);
        assertThat(actions.get(0).path("actionTimetoken").textValue()).isEqualTo(kept);
    }

    @Test
    void deletingInAnOpenKeysetTakesTheSecretKey() {
        publish("ch", 1);
        assertThat(gateway.delete(THREE + "ch").status()).isEqualTo(403);
        assertThat(two("ch", "")).isEqualTo("[0]");
    }

    /** They would go on seeing it. */
    @Test
    void whatWebSocketClientsSeeCannotBeDeleted() {
        gateway.publish("shared", "room", "1", "");
        assertThat(gateway.signed("DELETE", "/v3/history/sub-key/shared/channel/room", "")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void messagesAreCountedFromATimeOn() {
        List<Long> a = publish("a", 3);
        List<Long> b = publish("b", 2);
        assertThat(said(COUNTS + "a,b,c?timetoken=" + a.get(1)))
                .isEqualTo(
                        "{\"status\":200,\"error\":false,\"error_message\":\"\",\"channels\":{\"a\":2,\"b\":2,\"c\":0}}");
        assertThat(said(COUNTS + "a,b?channelsTimetoken=" + (a.get(2) + 1) + "%2C" + b.get(1)))
                .contains("\"channels\":{\"a\":0,\"b\":1}");
        assertThat(said(COUNTS + "a,b?channelsTimetoken=" + a.get(2))).contains("\"channels\":{\"a\":1,\"b\":2}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                TWO + "a*",
                TWO + "ch?start=x",
                TWO + "ch?count=-1",
                TWO + "ch?end=1234567890123456789",
                TWO + ",",
                THREE + ",",
                THREE + "a,b%20c",
                COUNTS + "a",
                COUNTS + "a,b,c?channelsTimetoken=1,2",
                COUNTS + "a?timetoken=now",
            })
    void whatMakesNoSenseIsRefused(String target) {
        Reply reply = gateway.get(target);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.body())
                .isEqualTo("{\"status\":400,\"error\":true,\"error_message\":\"Invalid Arguments\",\"channels\":{}}");
    }

    @Test
    void moreThan500ChannelsAreRefused() {
        String many =
                String.join(",", IntStream.range(0, 501).mapToObj(i -> "c" + i).toList());
        assertThat(gateway.get(THREE + many).status()).isEqualTo(400);
    }

    @Test
    void theConversationOfTwoIsForTheTwo() {
        gateway.as("ann", "GET", "/time/0", "");
        gateway.as("bob", "GET", "/time/0", "");
        String target = "/v2/history/sub-key/shared/channel/ann.bob";
        assertThat(gateway.get(target).status()).isEqualTo(403);
        assertThat(gateway.as("cat", "GET", target, "").status()).isEqualTo(403);
        assertThat(gateway.as("bob", "GET", target, "").status()).isEqualTo(200);
    }

    @Test
    void i6_anAnswerIsBoundedInBytesAndPagedOnFrom() {
        String large = '"' + "x".repeat(1 << 20) + '"';
        for (String channel : List.of("a", "b")) {
            for (int i = 0; i < 6; i++) {
                gateway.post("/v2/publish/pub/open/0/" + channel + "/0", large);
            }
        }
        int found = 0;
        String start = "";
        for (int page = 0; page < 10; page++) {
            JsonNode messages = gateway.get(THREE + "a?max=100" + start)
                    .json()
                    .path("channels")
                    .path("a");
            assertThat(messages.size()).isLessThanOrEqualTo(4);
            found += messages.size();
            if (messages.isEmpty()) {
                break;
            }
            start = "&start=" + messages.get(0).path("timetoken").asText();
        }
        assertThat(found).isEqualTo(6);
        JsonNode both = gateway.get(THREE + "a,b").json().path("channels");
        assertThat(both.path("a").size() + both.path("b").size()).isLessThanOrEqualTo(5);
        assertThat(both.path("b").size()).isEqualTo(1);
    }

    @Test
    void i6_theChannelsOfAGroupArePutInOrderAsFarAsTheyWereRead() {
        gateway.get("/v1/channel-registration/sub-key/open/channel-group/g?add=a,b");
        gateway.publish("open", "b", "0", "");
        String large = '"' + "x".repeat(1 << 20) + '"';
        for (int i = 0; i < 6; i++) {
            gateway.post("/v2/publish/pub/open/0/a/0", large);
        }
        gateway.publish("open", "b", "1", "");
        for (boolean reverse : new boolean[] {false, true}) {
            List<String> found = new ArrayList<>();
            String start = "";
            for (int page = 0; page < 20; page++) {
                JsonNode reply = gateway.get(TWO + ",?channel-group=g&count=100&reverse=" + reverse + start)
                        .json();
                List<String> messages = new ArrayList<>();
                reply.path(0).forEach(message -> messages.add(message.isInt() ? message.toString() : "x"));
                if (messages.isEmpty()) {
                    break;
                }
                assertThat(messages).hasSizeLessThanOrEqualTo(5);
                found.addAll(reverse ? found.size() : 0, messages);
                start = "&start=" + reply.path(reverse ? 2 : 1).asText();
            }
            assertThat(found).containsExactly("0", "x", "x", "x", "x", "x", "x", "1");
        }
    }
}
