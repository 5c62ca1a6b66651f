package dev.mirror.gateway.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.TestCall;
import dev.mirror.identity.SessionId;
import dev.mirror.identity.UserId;
import dev.mirror.spi.Presence.Member;
import dev.mirror.testkit.time.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One presence: WebSocket users and PubNub clients in one room. */
class SharedPresenceTest {
    private static final ChannelName ROOM = ChannelName.room("room");
    private static final SessionId SOCKET = new SessionId("socket-1");

    private final PresenceFixture fixture = new PresenceFixture();

    @BeforeEach
    void users() {
        fixture.gateway().users().user("alice");
        fixture.gateway().users().user("bob");
    }

    private void socketEnters(String user) {
        Await.value(fixture.gateway().presence().enter(ROOM, new Member(new UserId(user), "Name of " + user), SOCKET));
    }

    private String ask(String tail) {
        return fixture.gateway().text(PresenceFixture.path("sub-c-2", tail));
    }

    private String askAs(String user, String tail) {
        TestCall call = new TestCall("GET", PresenceFixture.path("sub-c-2", tail)).by(PresenceFixture.principal(user));
        return fixture.gateway().ask(call).text();
    }

    private List<Member> members() {
        return Await.value(fixture.gateway().presence().members(ROOM)).members();
    }

    @Test
    void webSocketUsersAreSeenByPubNubClients() {
        PresenceFixture.Listener observer = fixture.listen("sub-c-2", "room-pnpres", "uuid=x");
        socketEnters("alice");
        assertThat(observer.brief()).containsExactly("room-pnpres join alice 1");
        assertThat(ask("/channel/room")).contains("\"uuids\":[\"alice\"],\"occupancy\":1");
        fixture.gateway().presence().leave(ROOM, SOCKET);
        fixture.pass(Duration.ofSeconds(11));
        assertThat(observer.brief()).containsExactly("room-pnpres leave alice 0");
    }

    @Test
    void provenUsersAreSeenByWebSocketUsersAsWhoTheyAre() {
        List<String> changes = new ArrayList<>();
        fixture.gateway().presence().watch(ROOM, change -> changes.add(change.member() + " " + change.joined()));
        fixture.listenAs("alice", "room", "uuid=phone");
        assertThat(members()).containsExactly(new Member(new UserId("alice"), "Name of alice"));
        assertThat(ask("/channel/room")).contains("[\"alice\"]");
        assertThat(ask("/uuid/alice")).contains("[\"room\"]");
        socketEnters("alice"); // the same user, on another device
        assertThat(changes).hasSize(1);
        ask("/channel/room/leave?uuid=phone"); // nobody proves that this is alice
        askAs("alice", "/channel/room/leave?uuid=phone");
        fixture.pass(Duration.ofSeconds(11));
        assertThat(members()).hasSize(1);
        fixture.gateway().presence().leave(ROOM, SOCKET);
        fixture.pass(Duration.ofSeconds(11));
        assertThat(changes).hasSize(2);
    }

    /** Whoever may change a group must not shut out who names it. */
    @Test
    void ofAGroupCountsWhatOneMayRead() {
        fixture.gateway().text("/v1/channel-registration/sub-key/sub-c-2/channel-group/g?add=room,alice.bob");
        assertThat(ask("/channel/,/heartbeat?uuid=visitor&channel-group=g")).isEqualTo(PresenceFixture.OK);
        assertThat(ask("/uuid/visitor")).contains("\"channels\":[\"room\"]");
        assertThat(ask("/channel/,/leave?uuid=visitor&channel-group=g")).contains("\"action\":\"leave\"");
    }

    @Test
    void whoProvesNothingHasNoAccountsIdAndAMarkedName() {
        fixture.listen("sub-c-2", "room", "uuid=visitor");
        Member member = members().get(0);
        assertThat(member.user().value()).startsWith("pubnub-guest-");
        assertThat(member.name()).isEqualTo("visitor (unverified)");
        assertThat(ask("/channel/room")).contains("[\"visitor\"]");
        assertThat(ask("/uuid/visitor")).contains("[\"room\"]");
    }

    @Test
    void whoSaysToBeAnAccountIsMarkedForEverybody() {
        PresenceFixture.Listener observer = fixture.listen("sub-c-2", "room-pnpres", "uuid=x");
        fixture.listen("sub-c-2", "room", "uuid=alice");
        assertThat(observer.brief()).containsExactly("room-pnpres join alice (unverified) 1");
        Member member = members().get(0);
        assertThat(member.user().value()).startsWith("pubnub-claim-");
        assertThat(member.name()).isEqualTo("alice (unverified)");
        socketEnters("alice");
        assertThat(ask("/channel/room")).contains("[\"alice\",\"alice (unverified)\"],\"occupancy\":2");
        assertThat(ask("/uuid/alice")).contains("\"channels\":[]");
    }

    @Test
    void whoSignsUpUnderAUuidThatIsInUseIsNotTakenForItLater() {
        fixture.listen("sub-c-2", "room", "uuid=carl");
        assertThat(ask("/channel/room")).contains("[\"carl\"]");
        fixture.gateway().users().user("carl");
        fixture.pass(Duration.ofSeconds(61));
        ask("/channel/room/heartbeat?uuid=carl");
        assertThat(ask("/channel/room")).contains("\"carl (unverified)\"");
        assertThat(members()).noneMatch(member -> member.user().value().equals("carl"));
    }

    @Test
    void nobodySetsTheStateOfAnAccountButItsUser() {
        fixture.listenAs("alice", "room", "uuid=alice");
        ask("/channel/room/uuid/alice/data?uuid=alice&state=%7B%22from%22%3A%22eve%22%7D");
        askAs("bob", "/channel/room/uuid/alice/data?uuid=bob&state=%7B%22from%22%3A%22bob%22%7D");
        assertThat(ask("/channel/room?state=1")).contains("\"uuids\":[{\"uuid\":\"alice\"}]");
        askAs("alice", "/channel/room/uuid/alice/data?uuid=alice&state=%7B%22from%22%3A%22alice%22%7D");
        assertThat(ask("/channel/room?state=1")).contains("[{\"uuid\":\"alice\",\"state\":{\"from\":\"alice\"}}]");
        assertThat(ask("/channel/room/uuid/alice")).contains("{\"from\":\"alice\"}");
    }

    @Test
    void silenceInARoomIsATimeoutAfterItsGrace() {
        PresenceFixture.Listener observer = fixture.listen("sub-c-2", "room-pnpres", "uuid=x");
        ask("/channel/room/heartbeat?uuid=visitor&heartbeat=20");
        fixture.pass(Duration.ofSeconds(33));
        assertThat(observer.brief()).containsExactly("room-pnpres join visitor 1", "room-pnpres timeout visitor 0");
        ask("/channel/room/heartbeat?uuid=visitor");
        ask("/channel/room/leave?uuid=visitor");
        fixture.pass(Duration.ofSeconds(11));
        assertThat(observer.brief()).containsExactly("room-pnpres join visitor 1", "room-pnpres leave visitor 0");
    }

    @Test
    void aConversationIsSeenByItsTwoUsersOnly() {
        fixture.listenAs("alice", "alice.bob", "uuid=alice");
        assertThat(askAs("bob", "/channel/bob.alice?uuid=bob")).contains("[\"alice\"]");
        assertThat(askAs("bob", "/uuid/alice?uuid=bob")).contains("[\"alice.bob\"]");
        assertThat(askAs("bob", "?uuid=bob")).contains("alice.bob");
        assertThat(ask("/uuid/alice?uuid=eve")).contains("\"channels\":[]");
        assertThat(ask("?uuid=eve")).contains("\"channels\":{}");
        for (String call : new String[] {
            "/channel/alice.bob?uuid=alice",
            "/channel/alice.bob/heartbeat?uuid=alice",
            "/channel/alice.bob/leave?uuid=alice",
            "/channel/alice.bob/uuid/alice?uuid=alice",
            "/channel/alice.bob/uuid/alice/data?uuid=alice&state=%7B%22a%22%3A1%7D"
        }) {
            assertThat(fixture.gateway()
                            .get(PresenceFixture.path("sub-c-2", call))
                            .answered())
                    .as(call)
                    .startsWith("403 ");
        }
    }

    @Test
    void otherNamesOfASharedKeysetAreItsOwn() {
        fixture.listen("sub-c-2", "not.aroom,b+c", "uuid=alice");
        assertThat(ask("/channel/not.aroom")).contains("[\"alice\"]");
        assertThat(ask("/uuid/alice")).contains("[\"b+c\",\"not.aroom\"]");
    }
}
