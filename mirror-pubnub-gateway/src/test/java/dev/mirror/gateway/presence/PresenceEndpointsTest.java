package dev.mirror.gateway.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.gateway.ServiceFixture;
import dev.mirror.gateway.TestCall;
import dev.mirror.gateway.state.MemoryStateStore;
import dev.mirror.gateway.state.StateStore;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Presence as it stands on the wire. */
class PresenceEndpointsTest {
    private static final String LEFT =
            "{\"status\":200,\"action\":\"leave\",\"message\":\"OK\",\"service\":\"Presence\"}";

    private final PresenceFixture fixture = new PresenceFixture();

    private void alive(String channels, String uuid) {
        assertThat(fixture.ask("/channel/" + channels + "/heartbeat?uuid=" + uuid))
                .isEqualTo(PresenceFixture.OK);
    }

    private static String one(String uuids, int occupancy) {
        return "{\"status\":200,\"message\":\"OK\",\"service\":\"Presence\",\"uuids\":[" + uuids + "],\"occupancy\":"
                + occupancy + "}";
    }

    private static String many(String channels, int count, int occupancy) {
        return "{\"status\":200,\"message\":\"OK\",\"payload\":{\"channels\":{" + channels + "},\"total_channels\":"
                + count + ",\"total_occupancy\":" + occupancy + "},\"service\":\"Presence\"}";
    }

    private static String error(int status, String message) {
        return status + " {\"status\":" + status + ",\"error\":1,\"message\":\"" + message
                + "\",\"service\":\"Presence\"}";
    }

    @Test
    void hereNowNamesWhoIsInAChannel() {
        assertThat(fixture.ask("/channel/ch?uuid=x")).isEqualTo(one("", 0));
        alive("ch", "bob");
        alive("ch,other", "ann");
        assertThat(fixture.ask("/channel/ch?uuid=x")).isEqualTo(one("\"ann\",\"bob\"", 2));
        assertThat(fixture.gateway().text("/v2/presence/sub_key/sub-c-1/channel/ch?limit=1000"))
                .isEqualTo(one("\"ann\",\"bob\"", 2));
        assertThat(fixture.ask("/channel/ch?limit=1")).isEqualTo(one("\"ann\"", 2));
        assertThat(fixture.ask("/channel/ch?limit=1&offset=1")).isEqualTo(one("\"bob\"", 2));
        assertThat(fixture.ask("/channel/ch?disable_uuids=1"))
                .isEqualTo("{\"status\":200,\"message\":\"OK\",\"service\":\"Presence\",\"occupancy\":2}");
        assertThat(fixture.ask("/channel/ch-pnpres?uuid=x")).isEqualTo(many("", 0, 0));
    }

    @Test
    void hereNowWithStatesNamesThemWhereThereAreAny() {
        alive("ch", "ann");
        alive("ch", "bob");
        fixture.ask("/channel/ch/uuid/bob/data?state=%7B%22mood%22%3A%22ok%22%7D");
        assertThat(fixture.ask("/channel/ch?state=1"))
                .isEqualTo(one("{\"uuid\":\"ann\"},{\"uuid\":\"bob\",\"state\":{\"mood\":\"ok\"}}", 2));
        assertThat(fixture.ask("/channel/ch,x?state=1"))
                .isEqualTo(many(
                        "\"ch\":{\"uuids\":[{\"uuid\":\"ann\"},{\"uuid\":\"bob\",\"state\":{\"mood\":\"ok\"}}],"
                                + "\"occupancy\":2}",
                        1,
                        2));
    }

    @Test
    void hereNowOfSeveralChannelsAndGroupsNamesThoseThatSomebodyIsIn() {
        fixture.gateway().text("/v1/channel-registration/sub-key/sub-c-1/channel-group/g?add=b,c");
        alive("a,b", "ann");
        alive("a", "bob");
        String a = "\"a\":{\"uuids\":[\"ann\",\"bob\"],\"occupancy\":2}";
        String b = "\"b\":{\"uuids\":[\"ann\"],\"occupancy\":1}";
        assertThat(fixture.ask("/channel/a,empty")).isEqualTo(many(a, 1, 2));
        assertThat(fixture.ask("/channel/,?channel-group=g")).isEqualTo(many(b, 1, 1));
        assertThat(fixture.ask("/channel/a?channel-group=g")).isEqualTo(many(a + ',' + b, 2, 3));
        assertThat(fixture.ask("?limit=1000")).isEqualTo(many(a + ',' + b, 2, 3));
        assertThat(fixture.ask("?disable_uuids=1"))
                .isEqualTo(many("\"a\":{\"occupancy\":2},\"b\":{\"occupancy\":1}", 2, 3));
    }

    @Test
    void whereNowNamesTheChannelsOfAUser() {
        alive("b,a", "ann");
        alive("c", "bob");
        assertThat(fixture.ask("/uuid/ann?uuid=bob"))
                .isEqualTo("{\"status\":200,\"message\":\"OK\",\"payload\":{\"channels\":[\"a\",\"b\"]},"
                        + "\"service\":\"Presence\"}");
        assertThat(fixture.ask("/uuid/nobody?uuid=bob"))
                .isEqualTo(
                        "{\"status\":200,\"message\":\"OK\",\"payload\":{\"channels\":[]},\"service\":\"Presence\"}");
    }

    @Test
    void whoLeavesIsNoLongerThere() {
        fixture.gateway().text("/v1/channel-registration/sub-key/sub-c-1/channel-group/g?add=b");
        alive("a,c", "ann");
        fixture.ask("/channel/,/heartbeat?uuid=ann&channel-group=g");
        assertThat(fixture.ask("/channel/b")).isEqualTo(one("\"ann\"", 1));
        assertThat(fixture.ask("/channel/a/leave?uuid=ann&channel-group=%2C")).isEqualTo(LEFT);
        assertThat(fixture.ask("/channel/,/leave?uuid=ann&channel-group=g")).isEqualTo(LEFT);
        assertThat(fixture.ask("/channel/a/leave?uuid=ann")).isEqualTo(LEFT);
        assertThat(fixture.ask("?uuid=x")).isEqualTo(many("\"c\":{\"uuids\":[\"ann\"],\"occupancy\":1}", 1, 1));
    }

    @Test
    void subscribingIsASignOfLifeEverywhereButOnPresenceNames() {
        fixture.gateway().text("/v1/channel-registration/sub-key/sub-c-1/channel-group/g?add=in");
        fixture.listen("sub-c-1", "ch,w.*,x-pnpres", "uuid=ann&channel-group=g,h-pnpres");
        fixture.gateway().text("/subscribe/sub-c-1/old%2Cy-pnpres/0/0?uuid=ann");
        assertThat(fixture.ask("/uuid/ann")).contains("[\"ch\",\"in\",\"old\",\"w.*\"]");
        assertThat(fixture.ask("/channel/w.*")).isEqualTo(one("\"ann\"", 1));
        assertThat(fixture.ask("/channel/w.x")).isEqualTo(one("", 0));
        fixture.listen("sub-c-1", "anonymous", "");
        assertThat(fixture.ask("/channel/anonymous")).isEqualTo(one("", 0));
    }

    @Test
    void silenceEndsAfterTheTimeThatTheClientSaidOr300s() {
        alive("usual", "ann");
        fixture.ask("/channel/short/heartbeat?uuid=ann&heartbeat=20");
        fixture.pass(Duration.ofSeconds(19));
        assertThat(fixture.ask("/channel/short")).isEqualTo(one("\"ann\"", 1));
        alive("short", "ann"); // it counts as long as before
        fixture.pass(Duration.ofSeconds(19));
        assertThat(fixture.ask("/channel/short")).isEqualTo(one("\"ann\"", 1));
        fixture.pass(Duration.ofSeconds(3));
        assertThat(fixture.ask("/channel/short")).isEqualTo(one("", 0));
        fixture.pass(Duration.ofSeconds(258));
        assertThat(fixture.ask("/channel/usual")).isEqualTo(one("\"ann\"", 1));
        fixture.pass(Duration.ofSeconds(3));
        assertThat(fixture.ask("?")).isEqualTo(many("", 0, 0));
    }

    @Test
    void aTimeThatIsMadeShorterCountsAtOnce() {
        alive("ch", "ann");
        fixture.ask("/channel/ch/heartbeat?uuid=ann&heartbeat=10");
        fixture.pass(Duration.ofSeconds(12));
        assertThat(fixture.ask("/channel/ch")).isEqualTo(one("", 0));
    }

    @Test
    void nothingRunsWhenNobodyIsThere() {
        alive("ch", "ann");
        fixture.ask("/channel/ch/leave?uuid=ann");
        fixture.pass(Duration.ofSeconds(5));
        assertThat(fixture.gateway().time().timers()).isZero();
    }

    @Test
    void aStateIsSetAndRead() {
        alive("ch,ch2", "u");
        assertThat(fixture.ask("/channel/ch/uuid/u"))
                .isEqualTo("{\"status\":200,\"message\":\"OK\",\"payload\":{},\"uuid\":\"u\",\"channel\":\"ch\","
                        + "\"service\":\"Presence\"}");
        assertThat(fixture.ask("/channel/ch,ch2/uuid/u/data?state=%7B%22mood%22%3A%22ok%22%7D"))
                .isEqualTo(
                        "{\"status\":200,\"message\":\"OK\",\"payload\":{\"mood\":\"ok\"},\"service\":\"Presence\"}");
        assertThat(fixture.ask("/channel/ch/uuid/u"))
                .isEqualTo("{\"status\":200,\"message\":\"OK\",\"payload\":{\"mood\":\"ok\"},\"uuid\":\"u\","
                        + "\"channel\":\"ch\",\"service\":\"Presence\"}");
        fixture.ask("/channel/ch2/uuid/u/data?state=%7B%22n%22%3A1%7D");
        assertThat(fixture.ask("/channel/ch,ch2/uuid/u"))
                .isEqualTo("{\"status\":200,\"message\":\"OK\",\"payload\":{\"channels\":{\"ch\":{\"mood\":\"ok\"},"
                        + "\"ch2\":{\"n\":1}}},\"uuid\":\"u\",\"service\":\"Presence\"}");
        fixture.ask("/channel/ch/uuid/u/data?state=%7B%7D");
        assertThat(fixture.ask("/channel/ch/uuid/u")).contains("\"payload\":{},");
    }

    @Test
    void aStateComesWithSignsOfLifeToo() {
        fixture.gateway().text("/v1/channel-registration/sub-key/sub-c-1/channel-group/g?add=in");
        String states = ServiceFixture.encode("{\"ch\":{\"a\":1},\"g\":{\"b\":2},\"else\":{\"c\":3}}");
        fixture.ask("/channel/ch/heartbeat?uuid=u&channel-group=g&state=" + states);
        assertThat(fixture.ask("/channel/ch,in,else/uuid/u"))
                .contains("{\"ch\":{\"a\":1},\"in\":{\"b\":2},\"else\":{}}");
        fixture.listen("sub-c-1", "ch", "uuid=u&state=" + ServiceFixture.encode("{\"ch\":{\"a\":9}}"));
        assertThat(fixture.ask("/channel/ch/uuid/u")).contains("\"payload\":{\"a\":9},");
        fixture.listen("sub-c-1", "ch", "uuid=u&state=%7B%7D");
        fixture.listen("sub-c-1", "ch", "uuid=u&state=%5Bnot");
        assertThat(fixture.ask("/channel/ch/uuid/u")).contains("\"payload\":{\"a\":9},");
    }

    @Test
    void aStateSurvivesARestartAndEndsWhenItsUserLeavesOrDoesNotComeBack() {
        MemoryStateStore store = new MemoryStateStore();
        PresenceFixture before = new PresenceFixture(store);
        for (String user : new String[] {"ann", "bob", "cid"}) {
            before.ask("/channel/ch/heartbeat?uuid=" + user);
            before.ask("/channel/ch/uuid/" + user + "/data?state=%7B%22of%22%3A%22" + user + "%22%7D");
        }
        before.ask("/channel/ch/leave?uuid=cid");

        PresenceFixture after = new PresenceFixture(store);
        assertThat(after.ask("/channel/ch?state=1")).isEqualTo(one("", 0));
        after.ask("/channel/ch/heartbeat?uuid=ann&heartbeat=3000");
        after.ask("/channel/ch/heartbeat?uuid=cid&heartbeat=3000");
        assertThat(after.ask("/channel/ch?state=1"))
                .isEqualTo(one("{\"uuid\":\"ann\",\"state\":{\"of\":\"ann\"}},{\"uuid\":\"cid\"}", 2));
        assertThat(after.ask("/channel/ch/uuid/bob")).contains("{\"of\":\"bob\"}");
        after.pass(Duration.ofSeconds(601));
        assertThat(after.ask("/channel/ch/uuid/bob")).contains("\"payload\":{},");
        assertThat(after.ask("/channel/ch/uuid/ann")).contains("{\"of\":\"ann\"}");
        after.ask("/channel/ch/leave?uuid=ann");
        assertThat(new PresenceFixture(store).ask("/channel/ch/uuid/ann")).contains("\"payload\":{},");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "/channel/ch/uuid/u/data; 400; No state specified.",
                "/channel/ch/uuid/u/data?state=; 400; No state specified.",
                "/channel/ch/uuid/u/data?state=%5B1%5D; 400; Invalid JSON",
                "/channel/ch/uuid/u/data?state=%7B; 400; Invalid JSON",
                "/channel/ch/uuid/u/data?state=%7B%7D%7B%7D; 400; Invalid JSON",
                "/channel/ch/heartbeat?uuid=u&state=x; 400; Invalid JSON",
                "/channel/ch/heartbeat; 400; Invalid UUID",
                "/channel/ch/heartbeat?uuid=%01; 400; Invalid UUID",
                "/channel/ch/leave; 400; Invalid UUID",
                "/channel/ch/uuid/%20; 400; Invalid UUID",
                "/channel/a%3Ab/heartbeat?uuid=u; 400; Invalid Channel",
                "/channel/a*b; 400; Invalid Channel",
                "/channel/,; 400; Invalid Channel",
                "/channel/,/leave?uuid=u&channel-group=%2C; 400; Invalid Channel",
                "/channel/ch?channel-group=a%20b; 400; Invalid Channel",
                "/channel/ch?channel-group=0,1,2,3,4,5,6,7,8,9,10; 400; Too Many Channels",
                "/channel/,/leave?uuid=u&channel-group=0,1,2,3,4,5,6,7,8,9,10; 400; Too Many Channels"
            })
    void mistakesAreNamed(String call, int status, String message) {
        assertThat(fixture.call(call).answered()).isEqualTo(error(status, message));
    }

    /** Kept in memory; writes fail while it is broken. */
    private static final class BreakingStore implements StateStore {
        private final MemoryStateStore kept = new MemoryStateStore();
        private boolean broken;

        @Override
        public CompletionStage<Optional<String>> get(String space, String key) {
            return kept.get(space, key);
        }

        @Override
        public CompletionStage<List<Item>> list(String space, Span span) {
            return kept.list(space, span);
        }

        @Override
        public CompletionStage<Boolean> write(String space, List<Change> changes) {
            return broken
                    ? CompletableFuture.failedFuture(new MirrorException(ErrorCode.STORE_UNAVAILABLE, "on purpose"))
                    : kept.write(space, changes);
        }
    }

    @Test
    void whatWaitsToBeWrittenIsWrittenAtTheEnd() {
        BreakingStore store = new BreakingStore();
        PresenceFixture first = new PresenceFixture(store);
        store.broken = true;
        assertThat(first.call("/channel/ch/uuid/u/data?state=%7B%22n%22%3A1%7D").answered())
                .startsWith("503 ");
        store.broken = false;
        first.gateway().gateway().close();
        assertThat(new PresenceFixture(store).ask("/channel/ch/uuid/u")).contains("\"payload\":{\"n\":1}");
    }

    @Test
    void whatIsTooLargeIsRefused() {
        String most = "{\"x\":\"" + "y".repeat(8_192 - 8) + "\"}";
        String more = "{\"x\":\"" + "y".repeat(8_192 - 7) + "\"}";
        assertThat(fixture.call("/channel/ch/uuid/u/data?state=" + ServiceFixture.encode(more))
                        .answered())
                .isEqualTo(error(413, "Maximum size of a state is 8192 bytes"));
        fixture.ask("/channel/ch/uuid/u/data?state=" + ServiceFixture.encode(most));
        assertThat(fixture.ask("/channel/ch/uuid/u")).contains(most);
        String uuid = "u".repeat(93);
        assertThat(fixture.call("/channel/ch/heartbeat?uuid=" + uuid).answered())
                .isEqualTo(error(400, "Invalid UUID"));
    }

    @Test
    void aManagedKeysetAsksForReadButNotOfWhoLeavesOrLooksForSomebody() {
        try (ServiceFixture managed = new ServiceFixture()) {
            String token = managed.token(60, "\"resources\":{\"channels\":{\"ch\":1},\"groups\":{\"g\":1}}");
            String path = "/v2/presence/sub-key/managed";
            String forbidden = "{\"message\":\"Forbidden\",\"payload\":{\"channels\":[\"ch\"]},\"error\":true,"
                    + "\"service\":\"Access Manager\",\"status\":403}";
            for (String tail : new String[] {
                "/channel/ch?uuid=u",
                "/channel/ch/heartbeat?uuid=u",
                "/channel/ch/uuid/u/data?uuid=u&state=%7B%7D",
                "/channel/ch/uuid/u?uuid=u"
            }) {
                assertThat(managed.get(path + tail).body()).as(tail).isEqualTo(forbidden);
                assertThat(managed.get(path + tail + "&auth=" + token).status())
                        .as(tail)
                        .isEqualTo(200);
            }
            assertThat(managed.get(path + "/channel/,?channel-group=g&auth=" + token)
                            .status())
                    .isEqualTo(200);
            assertThat(managed.get(path + "/channel/,?channel-group=g").body())
                    .contains("{\"channel-groups\":[\":g\"]}");
            assertThat(managed.get(path + "/uuid/u").body()).contains("[\"ch\"]");
            assertThat(managed.get(path + "?auth=" + token).status()).isEqualTo(403);
            assertThat(managed.signed("GET", path, "").body()).contains("\"total_occupancy\":1");
            assertThat(managed.get(path + "/channel/ch/leave?uuid=u").body()).isEqualTo(LEFT);
            assertThat(managed.get(path + "/uuid/u").body()).contains("[]");
        }
    }

    @Test
    void otherMethodsAreRefused() {
        TestCall call = fixture.gateway()
                .ask(new TestCall("POST", PresenceFixture.path("sub-c-1", "/channel/ch/heartbeat?uuid=u")));
        assertThat(call.answered()).startsWith("405 ");
        assertThat(fixture.gateway()
                        .get(PresenceFixture.path("nobody", "/channel/ch?uuid=u"))
                        .answered())
                .isEqualTo("400 {\"message\":\"Invalid Subscribe Key\",\"error\":true,\"service\":\"Presence\","
                        + "\"status\":400}");
    }
}
