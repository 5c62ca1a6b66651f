package dev.mirror.server.pubnub;

import static dev.mirror.server.pubnub.Column.JAVA;
import static dev.mirror.server.pubnub.Column.JS3;
import static dev.mirror.server.pubnub.Column.JS7;
import static dev.mirror.server.pubnub.Column.RAW;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mirror.server.pubnub.Behaviour.Service;
import dev.mirror.server.pubnub.Stage.Client;
import dev.mirror.testkit.time.Await;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Subscribe: what is heard, in which order, from where on. */
final class SubscribeBehaviours {
    private static final Service SUBSCRIBE = new Service("Subscribe");
    private static final Set<Column> ALL = Set.of(JAVA, JS7, JS3);
    private static final Set<Column> NEWER = Set.of(JAVA, JS7);
    private static final Set<Column> BY_HAND = Set.of(RAW);
    private static final String BOTH = "`GET /v2/subscribe/…`, `GET /subscribe/…`";
    private static final int MANY = 150;

    private SubscribeBehaviours() {}

    static List<Behaviour> all() {
        return List.of(
                SUBSCRIBE.works("several channels in order, by one cursor", BOTH, ALL, SubscribeBehaviours::several),
                SUBSCRIBE.works(
                        "a channel is added; nothing is lost meanwhile",
                        "the same cursor, another list",
                        NEWER,
                        SubscribeBehaviours::added),
                SUBSCRIBE.works("a channel is left", "another list", ALL, SubscribeBehaviours::left),
                SUBSCRIBE.works("wildcards", "`a.*`, `a.b.*`", ALL, SubscribeBehaviours::wildcards),
                SUBSCRIBE.works(
                        "a message comes once for each name that it matches",
                        "channel and wildcard",
                        NEWER,
                        SubscribeBehaviours::matches),
                SUBSCRIBE.works("channel groups", "`channel-group=`", ALL, SubscribeBehaviours::groups),
                SUBSCRIBE.works(
                        "a group that changes while somebody listens",
                        "`channel-group=`",
                        ALL,
                        SubscribeBehaviours::changingGroup),
                SUBSCRIBE.works("filter expressions", "`filter-expr=`", NEWER, SubscribeBehaviours::filter),
                SUBSCRIBE.works(
                        "catching up from a timetoken, with more than a hundred messages",
                        "`tt=`",
                        ALL,
                        SubscribeBehaviours::catchUp),
                SUBSCRIBE.works(
                        "the handshake is answered at once",
                        "`tt=0`, or no `tt`",
                        BY_HAND,
                        SubscribeBehaviours::handshake),
                SUBSCRIBE.works(
                        "the same cursor is answered the same again",
                        "`tt=…&tr=…`",
                        BY_HAND,
                        SubscribeBehaviours::sameCursor),
                SUBSCRIBE.works(
                        "lists with commas of both kinds", "`a,b`, `a%2Cb`", BY_HAND, SubscribeBehaviours::lists),
                SUBSCRIBE.differs(
                        "the cursor of the older form",
                        "`GET /subscribe/…`",
                        "after a message that is not stored it has 27 digits instead of 17, so that such a message"
                                + " is neither repeated nor lost; clients send it back as it is",
                        BY_HAND,
                        SubscribeBehaviours::olderCursor),
                SUBSCRIBE.differs(
                        "answers as a script (JSONP)",
                        "a name in place of the `0` in the path",
                        "refused with 400, everywhere: any page could run the answer as a script of its own. The"
                                + " SDKs always send `0`",
                        BY_HAND,
                        SubscribeBehaviours::jsonp));
    }

    private static void several(Stage stage) {
        List<String> channels = List.of(stage.name("a"), stage.name("b"), stage.name("c"));
        Client bob = stage.client("bob");
        bob.subscribe(channels.toArray(String[]::new));
        Client ann = stage.client("ann");
        for (int i = 0; i < 9; i++) {
            ann.publish(channels.get(i % 3), "m" + i);
        }
        bob.hearsExactly(IntStream.range(0, 9).mapToObj(i -> "m" + i).toArray());
        assertThat(bob.heard("message").stream()
                        .limit(3)
                        .map(event -> event.get("channel").textValue()))
                .isEqualTo(channels);
    }

    private static void added(Stage stage) {
        String first = stage.name("a");
        Client bob = stage.client("bob");
        bob.subscribe(first);
        Client ann = stage.client("ann");
        for (int i = 0; i < 10; i++) {
            ann.publish(first, "m" + i);
            bob.subscribe(stage.name("more" + i));
        }
        // The Java SDK may ask once more from the place that it has just been answered from, and hear something twice.
        Await.until("everything is heard", () -> said(bob).size() == 10);
        assertThat(said(bob))
                .isEqualTo(IntStream.range(0, 10).mapToObj(i -> "m" + i).toList());
    }

    private static List<String> said(Client client) {
        return client.heard("message").stream()
                .map(event -> event.get("message").textValue())
                .distinct()
                .toList();
    }

    private static void left(Stage stage) {
        String first = stage.name("a");
        String second = stage.name("b");
        Client bob = stage.client("bob");
        bob.subscribe(first, second);
        Client ann = stage.client("ann");
        ann.publish(second, "before");
        bob.hearsExactly("before");
        bob.ask("unsubscribe", "channels", List.of(second));
        ann.publish(second, "after");
        ann.publish(first, "last");
        bob.hearsExactly("before", "last");
    }

    private static void wildcards(Stage stage) {
        String wide = stage.name("w") + ".*";
        String deep = stage.name("d") + ".x.*";
        Client bob = stage.client("bob");
        bob.subscribe(wide, deep);
        Client ann = stage.client("ann");
        ann.publish(stage.name("w") + ".one", "1");
        ann.publish(stage.name("d") + ".y.two", "not this");
        ann.publish(stage.name("d") + ".x.two", "2");
        bob.hearsExactly("1", "2");
        JsonNode heard = bob.heard("message").get(0);
        assertThat(heard.get("channel").textValue()).isEqualTo(stage.name("w") + ".one");
        assertThat(heard.get("subscription").textValue()).isEqualTo(wide);
    }

    private static void matches(Stage stage) {
        String channel = stage.name("w") + ".x";
        Client bob = stage.client("bob");
        bob.subscribe(channel, stage.name("w") + ".*");
        stage.client("ann").publish(channel, "twice");
        assertThat(bob.hears("message", 2))
                .allMatch(event -> event.get("channel").textValue().equals(channel));
    }

    private static void groups(Stage stage) {
        String channel = stage.name("ch");
        Client bob = stage.client("bob");
        bob.ask("groupAdd", "group", stage.name("g"), "channels", List.of(channel, stage.name("other")));
        bob.ask("subscribe", "groups", List.of(stage.name("g")));
        stage.client("ann").publish(channel, "m");
        JsonNode heard = bob.hears("message", 1).get(0);
        assertThat(heard.get("channel").textValue()).isEqualTo(channel);
        assertThat(heard.get("subscription").textValue()).isEqualTo(stage.name("g"));
    }

    private static void changingGroup(Stage stage) {
        String group = stage.name("g");
        Client bob = stage.client("bob");
        bob.ask("groupAdd", "group", group, "channels", List.of(stage.name("a")));
        bob.ask("subscribe", "groups", List.of(group));
        Client ann = stage.client("ann");
        ann.ask("groupAdd", "group", group, "channels", List.of(stage.name("b")));
        ann.publish(stage.name("b"), "heard");
        bob.hearsExactly("heard");
        ann.ask("groupRemove", "group", group, "channels", List.of(stage.name("b")));
        ann.publish(stage.name("b"), "not heard");
        ann.publish(stage.name("a"), "last");
        bob.hearsExactly("heard", "last");
    }

    private static void filter(Stage stage) {
        String channel = stage.name("ch");
        Client bob = stage.client("bob", Stage.OPEN, "filter", "to == 'bob' || data.urgent == true");
        bob.subscribe(channel);
        Client ann = stage.client("ann");
        ann.ask("publish", "channel", channel, "message", "1", "meta", Map.of("to", "bob"));
        ann.ask("publish", "channel", channel, "message", "2", "meta", Map.of("to", "eve"));
        ann.publish(channel, "3");
        ann.publish(channel, Map.of("urgent", true));
        bob.hearsExactly("1", Map.of("urgent", true));
    }

    private static void catchUp(Stage stage) {
        String channel = stage.name("ch");
        Client ann = stage.client("ann");
        String from = ann.publish(channel, "before");
        RawConnection raw = stage.raw();
        for (int i = 0; i < MANY; i++) {
            raw.get("/publish/pub-open/sub-open/0/" + channel + "/0/" + (i + 1));
        }
        Client bob = stage.client("bob");
        bob.ask("subscribe", "channels", List.of(channel), "timetoken", from);
        bob.hearsExactly(IntStream.rangeClosed(1, MANY).boxed().toArray());
    }

    private static void handshake(Stage stage) {
        RawConnection raw = stage.raw();
        for (String query : List.of("", "?tt=0", "?tt=0&tr=7&ee=&heartbeat=300&state=%7B%7D&unknown=1")) {
            assertThat(raw.get("/v2/subscribe/sub-open/" + stage.name("ch") + "/0" + query)
                            .toString())
                    .matches("200 \\{\"t\":\\{\"t\":\"\\d{17}\",\"r\":[1-9]\\d*},\"m\":\\[]}");
        }
        assertThat(raw.get("/subscribe/sub-open/" + stage.name("ch") + "/0/0").toString())
                .matches("200 \\[\\[],\"\\d{17,27}\"]");
    }

    private static void sameCursor(Stage stage) {
        String poll = "/v2/subscribe/sub-open/" + stage.name("ch") + "/0?";
        RawConnection raw = stage.raw();
        String cursor = raw.get(poll).cursor();
        String publish = "/publish/pub-open/sub-open/0/" + stage.name("ch") + "/0/";
        try (RawConnection gone = stage.raw()) {
            gone.ask("GET", poll + cursor, new byte[0]); // its answer is never read
            raw.get(publish + "1?uuid=ann&seqn=7&meta=%7B%22k%22%3A1%7D");
        }
        raw.get(publish + "2?store=0");
        String all = raw.get(poll + cursor).body();
        assertThat(all)
                .matches("\\{\"t\":\\{\"t\":\"\\d{17}\",\"r\":\\d+},\"m\":\\["
                        + "\\{\"a\":\"1\",\"f\":0,\"i\":\"ann\",\"s\":7,\"p\":\\{\"t\":\"\\d{17}\",\"r\":\\d+},"
                        + "\"u\":\\{\"k\":1},\"d\":1,\"k\":\"sub-open\",\"c\":\"CH\",\"b\":\"CH\"},.*\"d\":2,.*]}"
                                .replace("CH", stage.name("ch")));
        assertThat(raw.get(poll + cursor).body()).isEqualTo(all);
    }

    private static void lists(Stage stage) {
        RawConnection raw = stage.raw();
        String cursor =
                raw.get("/v2/subscribe/sub-open/" + stage.name("a") + "/0").cursor();
        raw.get("/publish/pub-open/sub-open/0/" + stage.name("a") + "/0/1");
        raw.get("/publish/pub-open/sub-open/0/" + stage.name("b") + "/0/2");
        String rest = stage.name("b") + "/0?" + cursor;
        String answer = raw.get("/v2/subscribe/sub-open/" + stage.name("a") + "," + rest)
                .body();
        assertThat(answer).contains("\"d\":1,", "\"d\":2,");
        assertThat(raw.get("/v2/subscribe/sub-open/" + stage.name("a") + "%2C" + rest)
                        .body())
                .isEqualTo(answer);
    }

    private static void olderCursor(Stage stage) {
        String poll = "/subscribe/sub-open/" + stage.name("a") + ",b/0/";
        String publish = "/publish/pub-open/sub-open/0/" + stage.name("a") + "/0/";
        RawConnection raw = stage.raw();
        String cursor = raw.get(poll + "0").body().replaceAll("\\D", "");
        raw.get(publish + "1");
        String answer = raw.get(poll + cursor).toString();
        assertThat(answer).matches("200 \\[\\[1],\"\\d{17}\",\"" + stage.name("a") + "\"]");
        String behind = answer.substring(4).replaceAll("\\[\\[1],\"(\\d+).*", "$1");
        raw.get(publish + "2?store=0");
        answer = raw.get(poll + behind).toString();
        assertThat(answer).matches("200 \\[\\[2],\"\\d{27}\",\"" + stage.name("a") + "\"]");
        behind = answer.substring(4).replaceAll("\\[\\[2],\"(\\d+).*", "$1");
        raw.get(publish + "3");
        assertThat(raw.get(poll + behind).toString()).startsWith("200 [[3],\"");
    }

    private static void jsonp(Stage stage) {
        RawConnection raw = stage.raw();
        String refusal = "JSONP is not supported";
        Await.until("the server answers", () -> raw.get("/time/0").status() == 200);
        assertThat(raw.get("/publish/pub-open/sub-open/0/ch/alert/1").body())
                .matches("\\[0,\"" + refusal + "\",\"\\d{17}\"]");
        assertThat(raw.get("/v2/subscribe/sub-open/ch/alert").toString())
                .isEqualTo("400 {\"message\":\"" + refusal
                        + "\",\"error\":true,\"service\":\"Access Manager\",\"status\":400}");
        assertThat(raw.get("/subscribe/sub-open/ch/alert/0").status()).isEqualTo(400);
        assertThat(raw.get("/time/alert").status()).isIn(400, 404);
    }
}
