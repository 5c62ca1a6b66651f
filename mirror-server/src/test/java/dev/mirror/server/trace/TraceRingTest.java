package dev.mirror.server.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.channel.ChannelName;
import dev.mirror.hub.Mirror.Trace.Peer;
import dev.mirror.hub.Mirror.Trace.Step;
import dev.mirror.identity.SessionId;
import dev.mirror.identity.UserId;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.server.trace.TraceRing.Limits;
import dev.mirror.spi.Broker.Receipt;
import dev.mirror.spi.Conversations.Mark;
import dev.mirror.spi.Draft;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the ring keeps, what it forgets, and what it never knew. */
final class TraceRingTest {
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    private static final UserId ANN = new UserId("ann");
    private static final UserId BOB = new UserId("bob");
    private static final Peer ANNS = new Peer(new SessionId("s-ann"), ANN);
    private static final Peer BOBS = new Peer(new SessionId("s-bob"), BOB);
    private static final ChannelName LOBBY = ChannelName.room("lobby");
    private static final ChannelName TALK = ChannelName.direct(ANN, BOB);

    private TraceRing ring = ring(10, 20, 1);

    private static TraceRing ring(int messages, int steps, int oneIn) {
        return new TraceRing(new Limits(messages, steps, oneIn), () -> NOW, StepListener.NONE);
    }

    private static Publication.Entry entry(String id) {
        return new Publication.Entry(ANN, id, "\"canary\"");
    }

    private static Draft draft(ChannelName channel, String id) {
        return new Draft(channel, List.of(), entry(id));
    }

    private static Publication publication(ChannelName channel, long offset, String id) {
        return new Publication(channel, new Position("e", offset), 1, entry(id), null);
    }

    private static Receipt receipt(long offset) {
        return new Receipt(new Position("e", offset), 1, false);
    }

    private List<String> ids() {
        return ring.newest().stream().map(trace -> trace.key().id()).toList();
    }

    private List<String> steps(String id) {
        return ring.newest().stream()
                .filter(trace -> trace.key().id().equals(id))
                .flatMap(trace -> trace.steps().stream())
                .map(TraceStep::what)
                .toList();
    }

    @Test
    void aMessageHasItsStepsInOrder() {
        ring.published(Step.ACCEPTED, ANNS, "m", TALK);
        ring.stored(draft(TALK, "m"), receipt(7), null);
        ring.delivered(Step.WRITTEN, BOBS, publication(TALK, 7, "m"));
        ring.published(Step.ACKNOWLEDGED, ANNS, "m", TALK);
        ring.marked(BOB, TALK, new Mark("e", 7, 0));
        ring.marked(BOB, TALK, new Mark("e", 9, 7));
        ring.marked(BOB, TALK, new Mark("e", 9, 9));
        assertThat(steps("m")).containsExactly("accepted", "stored", "written", "acknowledged", "received", "read");
        MessageTrace.Snapshot trace = ring.newest().get(0);
        assertThat(trace.isAt(TALK, "", 7)).isTrue();
        assertThat(trace.isAt(TALK, "e", 7)).isTrue();
        assertThat(trace.isAt(TALK, "other", 7)).isFalse();
        assertThat(trace.isAt(LOBBY, "", 7)).isFalse();
    }

    @Test
    void marksOfAnotherEpochOrBelowTheMessageAreNotIts() {
        ring.stored(draft(TALK, "m"), receipt(7), null);
        ring.marked(BOB, TALK, new Mark("other", 9, 9));
        ring.marked(BOB, TALK, new Mark("e", 6, 6));
        assertThat(steps("m")).containsExactly("stored");
    }

    @Test
    void whatWasSaidIsNeverKept() {
        ring.published(Step.ACCEPTED, ANNS, "m", LOBBY);
        ring.stored(draft(LOBBY, "m"), receipt(1), null);
        ring.delivered(Step.WRITTEN, BOBS, publication(LOBBY, 1, "m"));
        ring.stored(draft(LOBBY, "n"), null, new MirrorException(ErrorCode.STORE_FULL, "no room"));
        assertThat(ring.newest().toString()).contains("lobby", "store.full").doesNotContain("canary");
    }

    @Test
    void theOldestMessagesAreForgotten() {
        for (int i = 1; i <= 1_000; i++) {
            ring.stored(draft(TALK, "m" + i), receipt(i), null);
        }
        assertThat(ids()).hasSize(10).startsWith("m1000").endsWith("m991");
        ring.marked(BOB, TALK, new Mark("e", 1_000, 1_000));
        assertThat(steps("m991")).containsExactly("stored", "received", "read");
    }

    @Test
    void aMessageHasSoManyStepsAndDeliveriesLeaveRoomForOthers() {
        ring.published(Step.ACCEPTED, ANNS, "m", LOBBY);
        for (int i = 0; i < 1_000; i++) {
            ring.delivered(Step.WRITTEN, BOBS, publication(LOBBY, 1, "m"));
        }
        ring.delivered(Step.LOST, BOBS, publication(LOBBY, 1, "m"));
        assertThat(steps("m")).hasSize(16).endsWith("written", "lost");
        for (int i = 0; i < 1_000; i++) {
            ring.refused(ANNS, "m", ErrorCode.BUSY, "again");
        }
        assertThat(steps("m")).hasSize(20);
        assertThat(ring.newest().get(0).leftOut()).isEqualTo(986 + 996);
    }

    @Test
    void twoPublishersMayHaveTheSameId() {
        ring.published(Step.ACCEPTED, ANNS, "m", LOBBY);
        ring.published(Step.ACCEPTED, BOBS, "m", LOBBY);
        assertThat(ring.newest()).extracting(trace -> trace.key().publisher()).containsExactlyInAnyOrder(ANN, BOB);
    }

    @Test
    void oneInSoManyIsSampledWhateverIdsLookLike() {
        TraceRing sampling = ring(10, 20, 100);
        for (String form : List.of("%d", "m-%d", "%08d", "%x")) {
            long wanted = IntStream.range(0, 100_000)
                    .filter(i -> sampling.wants(form.formatted(i)))
                    .count();
            assertThat(wanted).as(form).isBetween(700L, 1_300L);
        }
        assertThat(IntStream.range(0, 1_000).allMatch(i -> ring.wants("m" + i))).isTrue();
    }

    @Test
    void whatIsNotSampledIsKnownOnlyOnceItFailed() {
        ring = ring(10, 20, 0);
        ring.published(Step.ACCEPTED, ANNS, "m", LOBBY);
        ring.stored(draft(LOBBY, "m"), receipt(1), null);
        ring.delivered(Step.WRITTEN, BOBS, publication(LOBBY, 1, "m"));
        assertThat(ring.wants("m")).isFalse();
        assertThat(ids()).isEmpty();

        ring.delivered(Step.LOST, BOBS, publication(LOBBY, 1, "m"));
        assertThat(ring.wants("m")).as("from now on it is").isTrue();
        ring.delivered(Step.REPLAYED, BOBS, publication(LOBBY, 1, "m"));
        assertThat(steps("m")).containsExactly("lost", "replayed");
    }

    @Test
    void failuresDoNotPushOutTheSampleAndAreForgottenInTheirTurn() {
        ring = ring(10, 20, 2);
        String sampled = IntStream.range(0, 100)
                .mapToObj(i -> "m" + i)
                .filter(ring::wants)
                .findFirst()
                .orElseThrow();
        ring.published(Step.ACCEPTED, ANNS, sampled, LOBBY);
        List<String> others = IntStream.range(0, 10_000)
                .mapToObj(i -> "f" + i)
                .filter(id -> !ring.wants(id))
                .toList();
        others.forEach(id -> ring.refused(ANNS, id, ErrorCode.TOO_MANY, "slower"));
        assertThat(ids()).hasSize(11).contains(sampled).startsWith(others.get(others.size() - 1));
        assertThat(others.stream().filter(ring::wants).count())
                .as("wanted after all but ten were forgotten, other ids with the same hash included")
                .isBetween(10L, 20L);
    }

    @Test
    void aRefusalWithoutAnIdOrAUserIsNobodysMessage() {
        ring.refused(ANNS, "", ErrorCode.BAD_FRAME, "unreadable");
        ring.refused(new Peer(new SessionId("s"), null), "m", ErrorCode.BAD_FRAME, "unreadable");
        assertThat(ids()).isEmpty();
    }

    @Test
    void gapsAreKeptWithTheirRangeAndAreBounded() {
        ring.missing(BOBS, LOBBY, new Position("e", 3), new Position("e", 5));
        TraceRing.Missing gap = ring.gaps().get(0);
        assertThat(IntStream.rangeClosed(1, 9).filter(i -> gap.covers(LOBBY, "e", i)))
                .containsExactly(4, 5);
        assertThat(gap.covers(TALK, "e", 4)).isFalse();
        assertThat(gap.covers(LOBBY, "other", 4)).isFalse();

        ring.missing(BOBS, LOBBY, new Position("old", 3), new Position("new", 5));
        TraceRing.Missing renewed = ring.gaps().get(1);
        assertThat(renewed.covers(LOBBY, "old", 4)).isTrue();
        assertThat(renewed.covers(LOBBY, "old", 3)).isFalse();
        assertThat(renewed.covers(LOBBY, "new", 1)).isTrue();
        assertThat(renewed.covers(LOBBY, "new", 6)).isFalse();

        for (int i = 0; i < 1_000; i++) {
            ring.missing(BOBS, LOBBY, new Position("e", i), new Position("e", i + 1));
        }
        assertThat(ring.gaps()).hasSize(10);
    }
}
