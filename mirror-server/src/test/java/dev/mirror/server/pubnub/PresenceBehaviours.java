package dev.mirror.server.pubnub;

import static dev.mirror.server.pubnub.Column.JAVA;
import static dev.mirror.server.pubnub.Column.JS3;
import static dev.mirror.server.pubnub.Column.JS7;
import static dev.mirror.server.pubnub.Column.RAW;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mirror.server.pubnub.Behaviour.Service;
import dev.mirror.server.pubnub.RawConnection.Answer;
import dev.mirror.server.pubnub.Stage.Client;
import dev.mirror.testkit.time.Await;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Presence: who comes and goes, who is here, where somebody is, states. */
final class PresenceBehaviours {
    private static final Service PRESENCE = new Service("Presence");
    private static final Set<Column> ALL = Set.of(JAVA, JS7, JS3);
    private static final Set<Column> BY_HAND = Set.of(RAW);
    private static final String EVENTS = "`X-pnpres`";
    private static final String ROOT = "/v2/presence/sub_key/sub-open";
    private static final String HERE = "`GET /v2/presence/…/channel/…`";

    private PresenceBehaviours() {}

    static List<Behaviour> all() {
        return List.of(
                PRESENCE.works("who joins and leaves is told", EVENTS, ALL, PresenceBehaviours::joinAndLeave),
                PRESENCE.works("who is in a channel, with states", HERE, ALL, PresenceBehaviours::hereNow),
                PRESENCE.works("who is in several channels", HERE, ALL, PresenceBehaviours::hereNowInSeveral),
                PRESENCE.works("who is in a group", "`channel-group=`", ALL, PresenceBehaviours::hereNowInGroup),
                PRESENCE.works("where a user is", "`GET …/uuid/{uuid}`", ALL, PresenceBehaviours::whereNow),
                PRESENCE.works(
                        "a state is set, got, and told",
                        "`GET …/uuid/{uuid}/data?state=`",
                        ALL,
                        PresenceBehaviours::state),
                PRESENCE.works(
                        "a sign of life, and leaving without groups",
                        "`…/heartbeat`, `…/leave?channel-group=,`",
                        BY_HAND,
                        PresenceBehaviours::heartbeat),
                PRESENCE.works("who gives no sign of life is timed out", EVENTS, BY_HAND, PresenceBehaviours::timeout),
                PRESENCE.works("many at once are told in intervals", EVENTS, BY_HAND, PresenceBehaviours::interval),
                PRESENCE.works("the answers, to the letter", HERE, BY_HAND, PresenceBehaviours::letters),
                PRESENCE.works(
                        "setting a state without one is refused",
                        "400 `No state specified.`",
                        BY_HAND,
                        PresenceBehaviours::noState));
    }

    private static JsonNode event(Client client, String kind, String user) {
        Await.until(
                client.user() + " hears the " + kind + " of " + user + ": " + client.heard("presence"),
                () -> client.heard("presence").stream().anyMatch(event -> isOf(event, kind, user)));
        return client.heard("presence").stream()
                .filter(event -> isOf(event, kind, user))
                .findFirst()
                .orElseThrow();
    }

    private static boolean isOf(JsonNode event, String kind, String user) {
        return event.path("event").asText().equals(kind)
                && event.path("user").asText().equals(user);
    }

    private static void joinAndLeave(Stage stage) {
        String channel = stage.name("ch");
        Client bob = stage.client("bob");
        bob.ask("subscribe", "channels", List.of(channel), "presence", true);
        Client ann = stage.client("ann");
        ann.subscribe(channel);
        JsonNode join = event(bob, "join", ann.user());
        assertThat(join.get("channel").textValue()).isEqualTo(channel);
        assertThat(join.get("occupancy").intValue()).isEqualTo(2);
        ann.ask("unsubscribe", "channels", List.of(channel));
        assertThat(event(bob, "leave", ann.user()).get("occupancy").intValue()).isEqualTo(1);
    }

    private static void hereNow(Stage stage) {
        String channel = stage.name("ch");
        Client bob = stage.client("bob");
        bob.subscribe(channel);
        bob.ask("setState", "channels", List.of(channel), "state", Map.of("mood", "ok"));
        Client ann = stage.client("ann");
        ann.subscribe(channel);
        JsonNode here = ann.ask("hereNow", "channels", List.of(channel)).get(channel);
        assertThat(here.get("occupancy").intValue()).isEqualTo(2);
        assertThat(here.get("users").has(ann.user())).isTrue();
        assertThat(here.at("/users/" + bob.user() + "/mood").textValue()).isEqualTo("ok");
    }

    private static void hereNowInSeveral(Stage stage) {
        Client bob = stage.client("bob");
        bob.subscribe(stage.name("a"), stage.name("b"));
        JsonNode here = bob.ask("hereNow", "channels", List.of(stage.name("a"), stage.name("b")));
        for (String channel : List.of(stage.name("a"), stage.name("b"))) {
            assertThat(here.get(channel).get("occupancy").intValue()).isEqualTo(1);
            assertThat(here.get(channel).get("users").has(bob.user())).isTrue();
        }
    }

    private static void hereNowInGroup(Stage stage) {
        Client bob = stage.client("bob");
        bob.ask("groupAdd", "group", stage.name("g"), "channels", List.of(stage.name("a")));
        bob.ask("subscribe", "groups", List.of(stage.name("g")));
        JsonNode here = bob.ask("hereNow", "groups", List.of(stage.name("g")));
        assertThat(here.at("/" + stage.name("a") + "/occupancy").intValue()).isEqualTo(1);
    }

    private static void whereNow(Stage stage) {
        Client bob = stage.client("bob");
        bob.ask("subscribe", "channels", List.of(stage.name("a"), stage.name("b")), "presence", true);
        assertThat(stage.client("ann").ask("whereNow", "user", bob.user()))
                .extracting(JsonNode::textValue)
                .containsExactlyInAnyOrder(stage.name("a"), stage.name("b"));
    }

    private static void state(Stage stage) {
        String channel = stage.name("ch");
        Client bob = stage.client("bob");
        bob.ask("subscribe", "channels", List.of(channel), "presence", true);
        Client ann = stage.client("ann");
        ann.subscribe(channel);
        event(bob, "join", ann.user());
        assertThat(ann.ask("setState", "channels", List.of(channel), "state", Map.of("mood", "ok"))
                        .get("mood")
                        .textValue())
                .isEqualTo("ok");
        JsonNode told = event(bob, "state-change", ann.user());
        assertThat(told.at("/state/mood").textValue()).isEqualTo("ok");
        JsonNode got = bob.ask("getState", "channels", List.of(channel), "user", ann.user());
        assertThat(got.at("/" + channel + "/mood").textValue()).isEqualTo("ok");
    }

    private static void heartbeat(Stage stage) {
        RawConnection raw = stage.raw();
        String channel = ROOT + "/channel/" + stage.name("ch");
        assertThat(raw.get(channel + "/heartbeat?uuid=ann&heartbeat=300&state=%7B%7D&ee="))
                .hasToString("200 {\"status\":200,\"message\":\"OK\",\"service\":\"Presence\"}");
        assertThat(raw.get(channel).body()).contains("\"uuids\":[\"ann\"]");
        assertThat(raw.get(channel.replace("sub_key", "sub-key") + "/leave?uuid=ann&channel-group=%2C"))
                .hasToString("200 {\"status\":200,\"action\":\"leave\",\"message\":\"OK\",\"service\":\"Presence\"}");
        assertThat(raw.get(channel).body()).contains("\"uuids\":[]");
    }

    /** Polls until something is told; an answer without anything only has another cursor. */
    private static String told(RawConnection raw, String poll, String cursor, String what) {
        StringBuilder all = new StringBuilder();
        String from = cursor;
        while (!all.toString().contains(what)) {
            Answer answer = raw.get(poll + "?uuid=watcher&" + from);
            from = answer.cursor();
            all.append(answer.body());
        }
        return all.toString();
    }

    private static void timeout(Stage stage) {
        RawConnection raw = stage.raw();
        String poll = "/v2/subscribe/sub-open/" + stage.name("ch") + "-pnpres/0";
        String cursor = raw.get(poll + "?uuid=watcher").cursor();
        raw.get(ROOT + "/channel/" + stage.name("ch") + "/heartbeat?uuid=ann&heartbeat=1");
        assertThat(told(raw, poll, cursor, "\"action\":\"timeout\""))
                .contains("\"action\":\"join\",\"uuid\":\"ann\"", "\"action\":\"timeout\",\"uuid\":\"ann\"")
                .contains("\"c\":\"" + stage.name("ch") + "-pnpres\"");
    }

    private static void interval(Stage stage) {
        RawConnection raw = stage.raw();
        String poll = "/v2/subscribe/sub-crowd/" + stage.name("ch") + "-pnpres/0";
        String cursor = raw.get(poll + "?uuid=watcher").cursor();
        for (String user : List.of("a", "b", "c", "d")) {
            raw.get("/v2/presence/sub-key/sub-crowd/channel/" + stage.name("ch") + "/heartbeat?uuid=" + user);
        }
        assertThat(told(raw, poll, cursor, "\"action\":\"interval\""))
                .contains("\"action\":\"join\",\"uuid\":\"a\"", "\"occupancy\":4", "\"join\":[")
                .doesNotContain("\"action\":\"join\",\"uuid\":\"d\"");
    }

    private static void letters(Stage stage) {
        RawConnection raw = stage.raw();
        String channel = stage.name("ch");
        for (String user : List.of("a", "b")) {
            raw.get(ROOT + "/channel/" + channel + "/heartbeat?uuid=" + user);
        }
        String state = "/channel/" + channel + "/uuid/a";
        assertThat(raw.get(ROOT + state + "/data?state=%7B%22k%22:1%7D"))
                .hasToString("200 {\"status\":200,\"message\":\"OK\",\"payload\":{\"k\":1},\"service\":\"Presence\"}");
        assertThat(raw.get(ROOT + state))
                .hasToString(
                        "200 {\"status\":200,\"message\":\"OK\",\"payload\":{\"k\":1},\"uuid\":\"a\",\"channel\":\""
                                + channel + "\",\"service\":\"Presence\"}");
        String head = "200 {\"status\":200,\"message\":\"OK\",\"service\":\"Presence\",";
        assertThat(raw.get(ROOT + "/channel/" + channel))
                .hasToString(head + "\"uuids\":[\"a\",\"b\"],\"occupancy\":2}");
        assertThat(raw.get(ROOT + "/channel/" + channel + "?state=1"))
                .hasToString(
                        head + "\"uuids\":[{\"uuid\":\"a\",\"state\":{\"k\":1}},{\"uuid\":\"b\"}],\"occupancy\":2}");
        assertThat(raw.get(ROOT + "/channel/" + channel + "?disable_uuids=1")).hasToString(head + "\"occupancy\":2}");
        assertThat(raw.get(ROOT + "/channel/" + channel + "?limit=1&offset=1"))
                .hasToString(head + "\"uuids\":[\"b\"],\"occupancy\":2}");
        assertThat(raw.get(ROOT + "/channel/" + channel + ",none"))
                .hasToString("200 {\"status\":200,\"message\":\"OK\",\"payload\":{\"channels\":{\"" + channel
                        + "\":{\"uuids\":[\"a\",\"b\"],\"occupancy\":2}},\"total_channels\":1,\"total_occupancy\":2},"
                        + "\"service\":\"Presence\"}");
        assertThat(raw.get(ROOT).body()).contains("\"" + channel + "\":{\"uuids\":[\"a\",\"b\"],\"occupancy\":2}");
    }

    private static void noState(Stage stage) {
        Answer answer = stage.raw().get(ROOT + "/channel/ch/uuid/ann/data");
        assertThat(answer)
                .hasToString(
                        "400 {\"status\":400,\"error\":1,\"message\":\"No state specified.\",\"service\":\"Presence\"}");
    }
}
