package dev.mirror.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.pubnub.api.PubNub;
import com.pubnub.api.PubNubException;
import com.pubnub.api.models.consumer.presence.PNHereNowOccupantData;
import com.pubnub.api.models.consumer.presence.PNHereNowResult;
import com.pubnub.api.models.consumer.pubsub.PNPresenceEventResult;
import dev.mirror.server.pubnub.SdkListener;
import dev.mirror.testkit.time.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Presence on a whole server: PubNub's own Java SDK, unmodified, and a WebSocket user beside it. */
class PubNubPresenceTest {
    private static final String KEYSETS = "--pubnub-keysets=subscribe=sub-1,publish=pub-1;"
            + "subscribe=sub-2,publish=pub-2,names=shared;subscribe=sub-3,publish=pub-3,announce-max=1,interval=1";

    @TempDir
    Path data;

    private final List<PubNub> clients = new ArrayList<>();
    private TestServer server;

    private void start() {
        server = TestServer.start(data, KEYSETS);
    }

    @AfterEach
    void stop() {
        clients.forEach(PubNub::forceDestroy);
        server.close();
    }

    private PubNub client(int keyset, String user) throws PubNubException {
        PubNub client = SdkListener.client(server.port(), keyset, user);
        clients.add(client);
        return client;
    }

    /** Notes who comes and goes. */
    private static final class Listener extends SdkListener {
        final List<PNPresenceEventResult> events = new CopyOnWriteArrayList<>();

        static Listener on(PubNub client, String channel) {
            Listener listener = new Listener();
            client.addListener(listener);
            client.subscribe().channels(List.of(channel)).withPresence().execute();
            return listener;
        }

        /** Waits for an event, and returns it. */
        PNPresenceEventResult awaits(String event, @Nullable String uuid) {
            Await.until(event + " of " + uuid, () -> find(event, uuid).isPresent());
            return find(event, uuid).orElseThrow();
        }

        Optional<PNPresenceEventResult> find(String event, @Nullable String uuid) {
            return events.stream()
                    .filter(each -> event.equals(each.getEvent()) && Objects.equals(uuid, each.getUuid()))
                    .findFirst();
        }

        @Override
        public void presence(PubNub client, PNPresenceEventResult event) {
            events.add(event);
        }
    }

    private static JsonObject mood(String mood) {
        JsonObject state = new JsonObject();
        state.addProperty("mood", mood);
        return state;
    }

    @Test
    void anSdkHearsJoinsLeavesTimeoutsAndStates() throws PubNubException {
        start();
        Listener listener = Listener.on(client(1, "ann"), "ch");
        listener.awaits("join", "ann");
        PubNub bob = client(1, "bob");
        bob.subscribe().channels(List.of("ch")).execute();
        PNPresenceEventResult join = listener.awaits("join", "bob");
        assertThat(join.getChannel()).isEqualTo("ch");
        assertThat(join.getOccupancy()).isEqualTo(2);
        assertThat(join.getTimestamp()).isGreaterThan(1_700_000_000L);
        JsonElement set = bob.setPresenceState()
                .channels(List.of("ch"))
                .state(mood("ok"))
                .sync()
                .getState();
        assertThat(set).isEqualTo(mood("ok"));
        assertThat(listener.awaits("state-change", "bob").getState()).isEqualTo(mood("ok"));
        server.get("/v2/presence/sub-key/sub-1/channel/ch/heartbeat?uuid=silent&heartbeat=1");
        listener.awaits("join", "silent");
        listener.awaits("timeout", "silent");
        bob.unsubscribe().channels(List.of("ch")).execute();
        assertThat(listener.awaits("leave", "bob").getOccupancy()).isEqualTo(1);
        assertThat(listener.events.stream().filter(event -> event.getEvent().equals("join")))
                .hasSize(3);
    }

    @Test
    void anSdkAsksWhoIsHereAndWhereAndInWhichState() throws PubNubException {
        start();
        PubNub ann = client(1, "ann");
        Listener listener = Listener.on(ann, "ch");
        listener.awaits("join", "ann");
        PubNub bob = client(1, "bob");
        bob.subscribe().channels(List.of("ch", "other")).execute();
        listener.awaits("join", "bob");
        bob.setPresenceState().channels(List.of("ch")).state(mood("ok")).sync();

        PNHereNowResult one =
                ann.hereNow().channels(List.of("ch")).includeState(true).sync();
        assertThat(one.getTotalOccupancy()).isEqualTo(2);
        assertThat(one.getChannels().get("ch").getOccupants())
                .extracting(PNHereNowOccupantData::getUuid)
                .containsExactly("ann", "bob");
        assertThat(one.getChannels().get("ch").getOccupants().get(1).getState()).isEqualTo(mood("ok"));
        PNHereNowResult several = ann.hereNow().channels(List.of("ch", "other")).sync();
        assertThat(several.getTotalChannels()).isEqualTo(2);
        assertThat(several.getTotalOccupancy()).isEqualTo(3);
        PNHereNowResult all = ann.hereNow().includeUUIDs(false).sync();
        assertThat(all.getChannels().get("ch").getOccupancy()).isEqualTo(2);
        assertThat(ann.whereNow().uuid("bob").sync().getChannels()).containsExactly("ch", "other");
        // Of several channels the service says {"channels":{…}}, which this SDK takes for one that is called so.
        JsonElement states = ann.getPresenceState()
                .channels(List.of("ch", "other"))
                .uuid("bob")
                .sync()
                .getStateByUUID()
                .get("channels");
        assertThat(states.getAsJsonObject().get("ch")).isEqualTo(mood("ok"));
        assertThat(ann.getPresenceState()
                        .channels(List.of("ch"))
                        .uuid("bob")
                        .sync()
                        .getStateByUUID())
                .containsEntry("ch", mood("ok"));
    }

    @Test
    void anSdkHearsOfAFullChannelInIntervals() throws PubNubException {
        start();
        Listener listener = Listener.on(client(3, "ann"), "ch");
        listener.awaits("join", "ann");
        server.get("/v2/presence/sub-key/sub-3/channel/ch/heartbeat?uuid=bob");
        PNPresenceEventResult interval = listener.awaits("interval", null);
        assertThat(interval.getOccupancy()).isEqualTo(2);
        assertThat(interval.getJoin()).containsExactly("bob");
    }

    @Test
    void aStateSurvivesARestart() throws PubNubException {
        start();
        client(1, "ann")
                .setPresenceState()
                .channels(List.of("ch"))
                .state(mood("durable"))
                .sync();
        server.close();
        start();
        assertThat(client(1, "ann")
                        .getPresenceState()
                        .channels(List.of("ch"))
                        .sync()
                        .getStateByUUID())
                .containsEntry("ch", mood("durable"));
    }

    @Test
    void aWebSocketUserAndOneThatPollsSeeEachOtherInARoom() throws PubNubException {
        start();
        TestServer.User alice = server.signUp("alice");
        Listener listener = Listener.on(client(2, "visitor"), "lobby");
        listener.awaits("join", "visitor");
        try (TestSocket socket = server.socket("mirror.v2", "Cookie", alice.cookie())) {
            socket.say("{\"code\":\"channel.subscribe\",\"id\":\"s\",\"channel\":\"lobby\"}");
            listener.awaits("join", alice.id());
            socket.say("{\"code\":\"presence.watch\",\"id\":\"w\",\"channel\":\"lobby\"}");
            JsonNode answer = socket.nextJson();
            while (!answer.path("re").asText().equals("w")) {
                answer = socket.nextJson();
            }
            assertThat(answer.path("data").path("members").toString())
                    .contains("\"name\":\"visitor (unverified)\"")
                    .contains("\"userId\":\"" + alice.id() + "\"");
            server.get("/v2/presence/sub-key/sub-2/channel/lobby/heartbeat?uuid=late");
            JsonNode event = socket.nextJson();
            while (!event.path("code").asText().equals("presence.event")) {
                event = socket.nextJson();
            }
            assertThat(event.path("data").path("name").textValue()).isEqualTo("late (unverified)");
            assertThat(event.path("data").path("joined").booleanValue()).isTrue();
            assertThat(server.get("/v2/presence/sub-key/sub-2/channel/lobby?uuid=x")
                            .body())
                    .contains("\"late\"", "\"visitor\"", "\"" + alice.id() + "\"", "\"occupancy\":3");
        }
        Await.until(
                "a leave",
                Duration.ofSeconds(60),
                () -> listener.find("leave", alice.id()).isPresent());
    }

    @Test
    void aUserWhoPollsWithItsLogInIsThatUser() {
        start();
        TestServer.User bob = server.signUp("bob");
        server.get(
                "/v2/presence/sub-key/sub-2/channel/lobby/heartbeat?uuid=phone",
                "Authorization",
                "Bearer " + bob.token());
        assertThat(server.get("/v2/presence/sub-key/sub-2/channel/lobby").body())
                .contains("[\"" + bob.id() + "\"]");
        server.get("/v2/presence/sub-key/sub-2/channel/lobby/heartbeat?uuid=" + bob.id());
        assertThat(server.get("/v2/presence/sub-key/sub-2/channel/lobby").body())
                .contains("\"" + bob.id() + " (unverified)\"");
    }
}
