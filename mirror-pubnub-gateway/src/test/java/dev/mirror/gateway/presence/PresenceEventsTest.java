package dev.mirror.gateway.presence;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mirror.gateway.TestCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is told of who comes and goes. */
class PresenceEventsTest {
    private final PresenceFixture fixture = new PresenceFixture();

    private PresenceFixture.Listener observer() {
        return fixture.listen("sub-c-1", "ch-pnpres", "uuid=observer");
    }

    private void alive(String channels, String uuid) {
        fixture.ask("/channel/" + channels + "/heartbeat?uuid=" + uuid);
    }

    private static String when(long seconds) {
        return "\"timestamp\":" + (PresenceFixture.SECOND + seconds) + ",\"precise_timestamp\":"
                + ((PresenceFixture.SECOND + seconds) * 1_000 + 1);
    }

    @Test
    void eventsAreToldAsTheyStandOnTheWire() {
        PresenceFixture.Listener observer = observer();
        alive("ch", "ann");
        fixture.ask("/channel/ch/heartbeat?uuid=bob&heartbeat=30");
        fixture.ask("/channel/ch/uuid/bob/data?state=%7B%22mood%22%3A%22ok%22%7D");
        fixture.ask("/channel/ch/leave?uuid=ann");
        assertThat(observer.events())
                .containsExactly(
                        "ch-pnpres {\"action\":\"join\",\"uuid\":\"ann\"," + when(0) + ",\"occupancy\":1}",
                        "ch-pnpres {\"action\":\"join\",\"uuid\":\"bob\"," + when(0) + ",\"occupancy\":2}",
                        "ch-pnpres {\"action\":\"state-change\",\"uuid\":\"bob\"," + when(0)
                                + ",\"occupancy\":2,\"data\":{\"mood\":\"ok\"}}",
                        "ch-pnpres {\"action\":\"leave\",\"uuid\":\"ann\"," + when(0) + ",\"occupancy\":1}");
        fixture.pass(Duration.ofSeconds(32));
        String timeout = observer.events().get(0);
        assertThat(timeout.replaceAll("\"timestamp\":\\d{10},\"precise_timestamp\":\\d{13}", "T"))
                .isEqualTo("ch-pnpres {\"action\":\"timeout\",\"uuid\":\"bob\",T,\"occupancy\":0,"
                        + "\"data\":{\"mood\":\"ok\"}}");
        fixture.ask("/channel/ch/heartbeat?uuid=bob");
        assertThat(fixture.ask("/channel/ch/uuid/bob")).contains("\"payload\":{},");
    }

    @Test
    void theEnvelopeOfAnEventHasNoPublisherAndNoType() {
        PresenceFixture.Listener observer = observer();
        alive("ch", "ann");
        JsonNode message = TestCall.json(observer.heard().get(0));
        assertThat(message.has("i")).isFalse();
        assertThat(message.has("e")).isFalse();
        assertThat(message.path("c").textValue()).isEqualTo("ch-pnpres");
        assertThat(message.path("b").textValue()).isEqualTo("ch-pnpres");
    }

    @Test
    void aUserJoinsAChannelOnceWithHoweverManyDevicesAndPolls() {
        PresenceFixture.Listener observer = observer();
        PresenceFixture.Listener one = fixture.listen("sub-c-1", "ch,ch-pnpres", "uuid=ann");
        PresenceFixture.Listener other = fixture.listen("sub-c-1", "ch", "uuid=ann");
        alive("ch", "ann");
        assertThat(one.brief()).containsExactly("ch-pnpres join ann 1");
        assertThat(other.brief()).isEmpty();
        assertThat(observer.brief()).containsExactly("ch-pnpres join ann 1");
        fixture.ask("/channel/ch/leave?uuid=ann");
        fixture.ask("/channel/ch/leave?uuid=ann");
        assertThat(observer.brief()).containsExactly("ch-pnpres leave ann 0");
    }

    @Test
    void groupsAndWildcardsTellOfTheirChannels() {
        fixture.gateway().text("/v1/channel-registration/sub-key/sub-c-1/channel-group/g?add=in");
        PresenceFixture.Listener group = fixture.listen("sub-c-1", ",", "channel-group=g-pnpres&uuid=x");
        PresenceFixture.Listener wildcard = fixture.listen("sub-c-1", "a.*-pnpres", "uuid=x");
        alive("in,a.b,a.*", "ann");
        assertThat(group.brief()).containsExactly("in-pnpres join ann 1");
        JsonNode first = TestCall.json(wildcard.heard().get(0));
        assertThat(first.path("c").textValue()).isEqualTo("a.b-pnpres");
        assertThat(first.path("b").textValue()).isEqualTo("a.*-pnpres");
        fixture.ask("/channel/a.b,a.%2A/leave?uuid=ann");
        assertThat(wildcard.brief()).containsExactly("a.b-pnpres leave ann 0", "a.*-pnpres leave ann 0");
    }

    @Test
    void whoListensToAWildcardIsInAChannelOfThatName() {
        PresenceFixture.Listener wildcard = fixture.listen("sub-c-1", "a.*,a.*-pnpres", "uuid=ann");
        JsonNode join = TestCall.json(wildcard.heard().get(0));
        assertThat(join.path("c").textValue()).isEqualTo("a.*-pnpres");
        assertThat(join.path("b").textValue()).isEqualTo("a.*-pnpres");
        assertThat(join.path("d").path("uuid").textValue()).isEqualTo("ann");
    }

    @Test
    void aStateIsToldWhenItIsAnotherOne() {
        PresenceFixture.Listener observer = observer();
        String set = "/channel/ch/uuid/ann/data?state=%7B%22a%22%3A1%7D";
        fixture.ask(set); // of somebody who is not there
        alive("ch", "ann");
        assertThat(observer.brief()).containsExactly("ch-pnpres join ann 1");
        fixture.ask(set);
        fixture.ask("/channel/ch/heartbeat?uuid=ann&state=%7B%22ch%22%3A%7B%22a%22%3A1%7D%7D");
        assertThat(observer.brief()).isEmpty();
        fixture.ask("/channel/ch/uuid/ann/data?state=%7B%7D");
        assertThat(observer.events().get(0))
                .contains("\"action\":\"state-change\"")
                .endsWith("\"data\":{}}");
    }

    private static String users(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "\"u" + i + '"').collect(Collectors.joining(",", "[", "]"));
    }

    @Test
    void inAFullChannelWhatHappensIsToldInIntervals() {
        PresenceFixture.Listener observer = observer();
        for (int i = 0; i < 20; i++) {
            alive("ch", "u" + i);
        }
        assertThat(observer.brief()).hasSize(20).last().isEqualTo("ch-pnpres join u19 20");
        for (int i = 20; i < 25; i++) {
            alive("ch", "u" + i);
        }
        fixture.ask("/channel/ch/leave?uuid=u24");
        fixture.ask("/channel/ch/heartbeat?uuid=u23&heartbeat=2");
        assertThat(observer.brief()).isEmpty();
        fixture.pass(Duration.ofSeconds(11));
        List<String> told = observer.events();
        assertThat(told).hasSize(1);
        assertThat(told.get(0).replaceAll("\"timestamp\":\\d{10},\"precise_timestamp\":\\d{13}", "T"))
                .isEqualTo("ch-pnpres {\"action\":\"interval\",T,\"occupancy\":23,\"join\":" + users(20, 23)
                        + ",\"leave\":[\"u24\"],\"timeout\":[\"u23\"]}");
        fixture.pass(Duration.ofSeconds(10));
        assertThat(observer.brief()).containsExactly("ch-pnpres interval  23");
        for (int i = 19; i < 23; i++) {
            fixture.ask("/channel/ch/leave?uuid=u" + i);
        }
        // From 20 on each for itself; what was left to tell together is told with the interval.
        assertThat(observer.brief()).containsExactly("ch-pnpres leave u22 19");
        fixture.pass(Duration.ofSeconds(10));
        assertThat(observer.events().get(0)).contains("\"leave\":[\"u19\",\"u20\",\"u21\"]");
        fixture.pass(Duration.ofSeconds(30));
        assertThat(observer.brief()).isEmpty();
    }

    @Test
    void anIntervalWithTooManyNamesSaysThatOneShouldAsk() {
        PresenceFixture.Listener observer = observer();
        for (int i = 0; i < 600; i++) {
            alive("ch", "u" + i);
        }
        fixture.pass(Duration.ofSeconds(11));
        List<String> told = observer.events();
        assertThat(told.get(told.size() - 1)).endsWith("\"occupancy\":600,\"here_now_refresh\":true}");
    }

    @Test
    void aPollThatIsAskedAgainHearsWhatHappenedMeanwhile() {
        PresenceFixture.Listener observer = observer();
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            alive("ch", "ann");
            fixture.ask("/channel/ch/leave?uuid=ann");
            fixture.pass(Duration.ofSeconds(290)); // longer than a poll is held
            all.addAll(observer.brief());
        }
        assertThat(all).hasSize(10).startsWith("ch-pnpres join ann 1", "ch-pnpres leave ann 0");
    }

    @Test
    void whatNobodyListensToIsNotTold() {
        PresenceFixture.Listener observer = observer();
        alive("else", "ann");
        assertThat(observer.events()).isEmpty();
    }
}
