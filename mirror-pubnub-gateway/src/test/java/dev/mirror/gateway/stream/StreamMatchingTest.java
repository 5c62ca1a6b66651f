package dev.mirror.gateway.stream;

import static dev.mirror.gateway.stream.StreamFixture.KEYS;
import static dev.mirror.gateway.stream.StreamFixture.channel;
import static dev.mirror.gateway.stream.StreamFixture.matches;
import static dev.mirror.gateway.stream.StreamFixture.on;
import static dev.mirror.gateway.stream.StreamFixture.payloads;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.gateway.stream.Batch.Delivery;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Wildcards, groups and presence: what matches what, and what a client is told of it. */
class StreamMatchingTest {
    private final StreamFixture fixture = new StreamFixture();
    private final Cursor start = fixture.stream.now();

    private Batch ask(Interest... interests) {
        return fixture.now(fixture.stream.poll(new Stream.Question(List.of(interests), start, entry -> true)));
    }

    @Test
    void aWildcardMatchesWhatBeginsLikeItToAnyDepth() {
        fixture.say("a", 1);
        fixture.say("a.x", 2);
        fixture.say("a.x.y", 3);
        fixture.say("a.x.y.z", 4);
        fixture.say("ab.x", 5);
        Batch wide = ask(on("a.*"));
        assertThat(payloads(wide)).containsExactly("2", "3", "4");
        assertThat(wide.deliveries()).extracting(Delivery::channel).containsExactly("a.x", "a.x.y", "a.x.y.z");
        assertThat(matches(wide)).containsOnly("a.*");
        assertThat(payloads(ask(on("a.x.*")))).containsExactly("3", "4");
    }

    @Test
    void whatMatchesTwiceIsDeliveredTwiceOnceForEachMatch() {
        fixture.say("a.x", 1);
        Batch batch = ask(on("a.x"), on("a.*"), Interest.channel(channel("a.x"), "a.x", "group"));
        assertThat(payloads(batch)).containsExactly("1", "1", "1");
        assertThat(matches(batch)).containsExactly("a.x", "a.*", "group");
        assertThat(batch.deliveries()).extracting(Delivery::channel).containsOnly("a.x");
    }

    @Test
    void presenceIsATwinOfItsOwn() {
        fixture.stream.pass(channel("a.x"), Envelope.message(null, "\"join\""), true);
        fixture.say("a.x", 1);
        assertThat(payloads(ask(on("a.x")))).containsExactly("1");
        Batch presence = ask(Interest.presence(channel("a.x"), "a.x-pnpres", "a.x-pnpres"));
        assertThat(payloads(presence)).containsExactly("\"join\"");
        assertThat(presence.deliveries()).extracting(Delivery::channel).containsExactly("a.x-pnpres");
        Batch wild = ask(Interest.wildcard(KEYS, "a.*-pnpres"));
        assertThat(payloads(wild)).containsExactly("\"join\"");
        assertThat(wild.deliveries()).extracting(Delivery::channel).containsExactly("a.x-pnpres");
    }

    @Test
    void otherSpacesAreNotOfInterest() {
        fixture.say("a", 1);
        assertThat(fixture.stream.topics()).isEqualTo(1);
    }

    @Test
    void wildcardsWaitToo() {
        Poll poll = fixture.poll(start, "a.*");
        assertThat(fixture.waits(poll)).isTrue();
        fixture.say("b.x", 1);
        assertThat(fixture.waits(poll)).isTrue();
        fixture.say("a.x.y", 2);
        assertThat(payloads(fixture.now(poll))).containsExactly("2");
    }
}
