package dev.mirror.server.pubnub;

import static dev.mirror.server.pubnub.Column.JAVA;
import static dev.mirror.server.pubnub.Column.JS3;
import static dev.mirror.server.pubnub.Column.JS7;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mirror.server.pubnub.Behaviour.Service;
import dev.mirror.server.pubnub.Stage.Client;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;

/** History, channel groups, message actions. */
final class StoredBehaviours {
    private static final Service HISTORY = new Service("History");
    private static final Service GROUPS = new Service("Channel groups");
    private static final Service ACTIONS = new Service("Message actions");
    private static final Set<Column> ALL = Set.of(JAVA, JS7, JS3);
    private static final Set<Column> NEWER = Set.of(JAVA, JS7);
    private static final Set<Column> OLDEST = Set.of(JS3);
    private static final String TWO = "`GET /v2/history/…`";
    private static final String THREE = "`GET /v3/history/…`";
    private static final String GROUP = "`GET /v1/channel-registration/…/channel-group/{g}`";

    private StoredBehaviours() {}

    static List<Behaviour> all() {
        return List.of(
                HISTORY.works("the newest messages, oldest first", TWO, ALL, StoredBehaviours::newest),
                HISTORY.works("from `start` back to `end`", TWO, ALL, StoredBehaviours::bounds),
                HISTORY.works("forward", "`reverse=true`", ALL, StoredBehaviours::reverse),
                HISTORY.works("an empty channel", TWO, ALL, StoredBehaviours::empty),
                HISTORY.works(
                        "all channels of a group",
                        "`GET /v2/history/…/channel/,?channel-group=`",
                        OLDEST,
                        StoredBehaviours::ofGroup),
                HISTORY.works("meta data", "`include_meta=true`", NEWER, StoredBehaviours::meta),
                HISTORY.works("several channels, with publishers and meta data", THREE, NEWER, StoredBehaviours::fetch),
                HISTORY.works(
                        "with message actions",
                        "`GET /v3/history-with-actions/…`",
                        NEWER,
                        StoredBehaviours::fetchActions),
                HISTORY.works(
                        "one message or all of a channel is deleted, with the secret key",
                        "`DELETE /v3/history/…`",
                        NEWER,
                        StoredBehaviours::delete),
                HISTORY.works("deleting without the secret key is refused", "403", NEWER, StoredBehaviours::refused),
                HISTORY.works(
                        "messages are counted",
                        "`GET /v3/history/…/message-counts/…`",
                        NEWER,
                        StoredBehaviours::counts),
                GROUPS.works("channels are added, listed, removed", GROUP, ALL, StoredBehaviours::group),
                GROUPS.works("all groups", "`GET …/channel-group`", ALL, StoredBehaviours::groups),
                GROUPS.works("a group is deleted", "`GET …/{g}/remove`", ALL, StoredBehaviours::deleteGroup),
                GROUPS.works(
                        "groups in namespaces",
                        "`GET …/namespace/{n}/channel-group/{g}`",
                        OLDEST,
                        StoredBehaviours::namespaces),
                ACTIONS.works(
                        "are added, listed and removed, and heard of",
                        "`/v1/message-actions/…`",
                        NEWER,
                        StoredBehaviours::actions),
                ACTIONS.works("the same a second time is refused", "409", NEWER, StoredBehaviours::twice),
                ACTIONS.works(
                        "what somebody else did cannot be removed", "400", NEWER, StoredBehaviours::somebodyElses),
                ACTIONS.differs(
                        "on a message that is not stored",
                        "404 `Requested object was not found.`",
                        "refused: actions go when their message goes, and those on nothing would stay for ever",
                        NEWER,
                        StoredBehaviours::onNothing));
    }

    private static List<String> texts(JsonNode messages) {
        return StreamSupport.stream(messages.spliterator(), false)
                .map(item -> item.get("message").textValue())
                .toList();
    }

    /** Three messages; their timetokens. */
    private static List<String> three(Client ann, String channel) {
        return List.of(ann.publish(channel, "m1"), ann.publish(channel, "m2"), ann.publish(channel, "m3"));
    }

    private static void newest(Stage stage) {
        Client ann = stage.client("ann");
        List<String> times = three(ann, stage.name("ch"));
        JsonNode found = ann.ask("history", "channel", stage.name("ch"), "count", 2);
        assertThat(texts(found.get("messages"))).containsExactly("m2", "m3");
        // These two are bare numbers on the wire, and JavaScript has no such number.
        assertThat(found.get("start").asLong()).isCloseTo(Long.parseLong(times.get(1)), within(4L));
        assertThat(found.get("end").asLong()).isCloseTo(Long.parseLong(times.get(2)), within(4L));
        assertThat(found.at("/messages/0/timetoken").asText()).isEqualTo(times.get(1));
    }

    private static void bounds(Stage stage) {
        Client ann = stage.client("ann");
        List<String> times = three(ann, stage.name("ch"));
        JsonNode found = ann.ask("history", "channel", stage.name("ch"), "start", times.get(2), "end", times.get(0));
        assertThat(texts(found.get("messages"))).containsExactly("m1", "m2");
    }

    private static void reverse(Stage stage) {
        Client ann = stage.client("ann");
        List<String> times = three(ann, stage.name("ch"));
        JsonNode oldest = ann.ask("history", "channel", stage.name("ch"), "count", 2, "reverse", true);
        assertThat(texts(oldest.get("messages"))).containsExactly("m1", "m2");
        JsonNode after =
                ann.ask("history", "channel", stage.name("ch"), "start", times.get(0), "reverse", true, "count", 1);
        assertThat(texts(after.get("messages"))).containsExactly("m2");
    }

    private static void empty(Stage stage) {
        JsonNode found = stage.client("ann").ask("history", "channel", stage.name("ch"));
        assertThat(found.get("messages")).isEmpty();
        assertThat(found.get("start").textValue()).isEqualTo("0");
    }

    private static void meta(Stage stage) {
        Client ann = stage.client("ann");
        ann.ask("publish", "channel", stage.name("ch"), "message", "1", "meta", Map.of("k", "v"));
        JsonNode found = ann.ask("history", "channel", stage.name("ch"));
        assertThat(found.at("/messages/0/meta/k").textValue()).isEqualTo("v");
    }

    private static void fetch(Stage stage) {
        Client ann = stage.client("ann");
        String strange = stage.name("é漢");
        String time = ann.publish(strange, "1");
        ann.ask("publish", "channel", stage.name("b"), "message", "2", "meta", Map.of("k", "v"));
        JsonNode found = ann.ask("fetch", "channels", List.of(strange, stage.name("b"), stage.name("empty")));
        assertThat(found).hasSize(2);
        // Names are encoded on the wire, and these SDKs leave them so.
        JsonNode first = found.at("/" + URLEncoder.encode(strange, StandardCharsets.UTF_8) + "/0");
        assertThat(first.get("message").textValue()).isEqualTo("1");
        assertThat(first.get("timetoken").textValue()).isEqualTo(time);
        assertThat(first.get("publisher").textValue()).isEqualTo(ann.user());
        assertThat(found.at("/" + stage.name("b") + "/0/meta/k").textValue()).isEqualTo("v");
    }

    private static void fetchActions(Stage stage) {
        Client ann = stage.client("ann");
        String channel = stage.name("ch");
        String time = ann.publish(channel, "1");
        String done = ann.ask("actionAdd", "channel", channel, "message", time, "type", "reaction", "value", "smile")
                .get("timetoken")
                .textValue();
        JsonNode action = ann.ask("fetch", "channels", List.of(channel), "actions", true)
                .at("/" + channel + "/0/actions/reaction/smile/0");
        assertThat(action.get("uuid").textValue()).isEqualTo(ann.user());
        assertThat(action.get("actionTimetoken").asText()).isEqualTo(done);
    }

    private static void delete(Stage stage) {
        Client ann = stage.client("ann", Stage.OPEN_SECRET);
        String channel = stage.name("ch");
        List<String> times = three(ann, channel);
        String before = Long.toString(Long.parseLong(times.get(1)) - 1);
        ann.ask("delete", "channel", channel, "start", before, "end", times.get(1));
        assertThat(texts(ann.ask("history", "channel", channel).get("messages")))
                .containsExactly("m1", "m3");
        ann.ask("delete", "channel", channel);
        assertThat(ann.ask("history", "channel", channel).get("messages")).isEmpty();
    }

    private static void refused(Stage stage) {
        Client ann = stage.client("ann");
        ann.publish(stage.name("ch"), "1");
        assertThat(ann.refused("delete", "channel", stage.name("ch")).status()).isEqualTo(403);
    }

    private static void counts(Stage stage) {
        Client ann = stage.client("ann");
        List<String> times = three(ann, stage.name("a"));
        ann.publish(stage.name("b"), "x");
        JsonNode one =
                ann.ask("counts", "channels", List.of(stage.name("a")), "timetokens", List.of(after(times.get(0))));
        assertThat(one.get(stage.name("a")).intValue()).isEqualTo(2);
        JsonNode two = ann.ask(
                "counts",
                "channels",
                List.of(stage.name("a"), stage.name("b")),
                "timetokens",
                List.of(after(times.get(1)), times.get(0)));
        assertThat(two.get(stage.name("a")).intValue()).isEqualTo(1);
        assertThat(two.get(stage.name("b")).intValue()).isEqualTo(1);
    }

    private static String after(String timetoken) {
        return Long.toString(Long.parseLong(timetoken) + 1);
    }

    private static void group(Stage stage) {
        Client ann = stage.client("ann");
        String group = stage.name("g");
        ann.ask("groupAdd", "group", group, "channels", List.of("a", "b"));
        ann.ask("groupAdd", "group", group, "channels", List.of("b", "c"));
        ann.ask("groupRemove", "group", group, "channels", List.of("a"));
        assertThat(ann.ask("groupList", "group", group))
                .extracting(JsonNode::textValue)
                .containsExactlyInAnyOrder("b", "c");
    }

    private static void groups(Stage stage) {
        Client ann = stage.client("ann");
        ann.ask("groupAdd", "group", stage.name("g"), "channels", List.of("a"));
        assertThat(ann.ask("groups")).extracting(JsonNode::textValue).contains(stage.name("g"));
    }

    private static void deleteGroup(Stage stage) {
        Client ann = stage.client("ann");
        ann.ask("groupAdd", "group", stage.name("g"), "channels", List.of("a"));
        ann.ask("groupDelete", "group", stage.name("g"));
        assertThat(ann.ask("groups")).extracting(JsonNode::textValue).doesNotContain(stage.name("g"));
    }

    private static void ofGroup(Stage stage) {
        Client ann = stage.client("ann");
        ann.ask("groupAdd", "group", stage.name("g"), "channels", List.of(stage.name("a"), stage.name("b")));
        ann.publish(stage.name("a"), "m1");
        ann.publish(stage.name("b"), "m2");
        ann.publish(stage.name("a"), "m3");
        JsonNode found = ann.ask("history", "group", stage.name("g"), "count", 2);
        assertThat(texts(found.get("messages"))).containsExactly("m2", "m3");
    }

    private static void namespaces(Stage stage) {
        Client ann = stage.client("ann");
        String space = stage.name("n");
        ann.ask("groupAdd", "group", space + ":g", "channels", List.of(stage.name("a")));
        assertThat(ann.ask("namespaces")).extracting(JsonNode::textValue).contains(space);
        assertThat(ann.ask("groups", "namespace", space))
                .extracting(JsonNode::textValue)
                .containsExactly("g");
        assertThat(ann.ask("groupList", "group", space + ":g"))
                .extracting(JsonNode::textValue)
                .containsExactly(stage.name("a"));
        ann.ask("subscribe", "groups", List.of(space + ":g"));
        ann.publish(stage.name("a"), "m");
        ann.hearsExactly("m");
        ann.ask("namespaceRemove", "namespace", space);
        assertThat(ann.ask("namespaces")).extracting(JsonNode::textValue).doesNotContain(space);
    }

    private static Object[] smile(String channel, String message) {
        return new Object[] {"channel", channel, "message", message, "type", "reaction", "value", "smile"};
    }

    private static void actions(Stage stage) {
        String channel = stage.name("ch");
        Client bob = stage.client("bob");
        bob.subscribe(channel);
        Client ann = stage.client("ann");
        String message = ann.publish(channel, "m");
        String action =
                ann.ask("actionAdd", smile(channel, message)).get("timetoken").textValue();
        JsonNode listed = ann.ask("actions", "channel", channel).get(0);
        assertThat(listed.get("value").textValue()).isEqualTo("smile");
        assertThat(listed.get("user").textValue()).isEqualTo(ann.user());
        assertThat(listed.get("message").textValue()).isEqualTo(message);
        ann.ask("actionRemove", "channel", channel, "message", message, "action", action);
        assertThat(ann.ask("actions", "channel", channel)).isEmpty();
        List<JsonNode> heard = bob.hears("action", 2);
        assertThat(heard).extracting(event -> event.get("event").textValue()).containsExactly("added", "removed");
        assertThat(heard.get(0).get("type").textValue()).isEqualTo("reaction");
        assertThat(heard.get(0).get("user").textValue()).isEqualTo(ann.user());
        assertThat(heard.get(0).get("action").textValue()).isEqualTo(action);
        assertThat(texts(ann.ask("history", "channel", channel).get("messages")))
                .containsExactly("m");
    }

    private static void twice(Stage stage) {
        Client ann = stage.client("ann");
        String message = ann.publish(stage.name("ch"), "m");
        ann.ask("actionAdd", smile(stage.name("ch"), message));
        SdkRefusal refusal = ann.refused("actionAdd", smile(stage.name("ch"), message));
        assertThat(refusal.status()).isEqualTo(409);
    }

    private static void onNothing(Stage stage) {
        SdkRefusal refusal = stage.client("ann").refused("actionAdd", smile(stage.name("ch"), "17000000000000000"));
        assertThat(refusal.status()).isEqualTo(404);
    }

    private static void somebodyElses(Stage stage) {
        String channel = stage.name("ch");
        Client ann = stage.client("ann");
        String message = ann.publish(channel, "m");
        String action =
                ann.ask("actionAdd", smile(channel, message)).get("timetoken").textValue();
        SdkRefusal refusal =
                stage.client("bob").refused("actionRemove", "channel", channel, "message", message, "action", action);
        assertThat(refusal.status()).isEqualTo(400);
    }
}
