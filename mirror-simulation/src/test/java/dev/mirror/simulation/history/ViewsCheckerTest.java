package dev.mirror.simulation.history;

import static dev.mirror.simulation.history.Tape.DIRECT;
import static dev.mirror.simulation.history.Tape.EPOCH;
import static dev.mirror.simulation.history.Tape.ROOM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.message.Position;
import dev.mirror.simulation.history.Event.Act;
import dev.mirror.simulation.history.Event.Outcome;
import dev.mirror.simulation.history.Event.Subject;
import dev.mirror.simulation.history.Violation.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whether the checker sees faults of marks, amendments and subscriptions that end and begin again. */
class ViewsCheckerTest {
    private final Tape tape = new Tape().play();

    private List<Kind> kinds() {
        return List.copyOf(tape.judged().kinds().keySet());
    }

    private static Subject mark(String user, String id, long read, long received) {
        return new Subject(DIRECT, id, user, new Position(EPOCH, read), received);
    }

    private void asksToMark(String id, long read) {
        tape.add("ann/phone", Outcome.INVOKE, Act.MARK, mark("ann", id, read, 0), "");
    }

    private void isAnswered(String id, long read) {
        tape.add("ann/phone", Outcome.OK, Act.MARK, mark("ann", id, read, read), "");
    }

    private void stands(String client, long read) {
        tape.add(client, Outcome.OK, Act.STAND, mark("ann", "", read, read), "");
    }

    @Test
    void w46_marksThatGrowAreNotAccused() {
        asksToMark("1", 3);
        isAnswered("1", 3);
        asksToMark("2", 2);
        isAnswered("2", 3);
        tape.add("bob/phone", Outcome.OK, Act.MARKED, mark("ann", "", 3, 3), "");
        stands("ann/phone", 10);
        stands("bob/phone", 10);

        assertThat(kinds()).isEmpty();
    }

    @Test
    void w46_aMarkIsLowerThanWhatItWasSetTo() {
        asksToMark("1", 3);
        isAnswered("1", 2);

        assertThat(kinds()).containsExactly(Kind.LOST);
    }

    @Test
    void w46_aMarkGoesBack() {
        asksToMark("1", 3);
        isAnswered("1", 3);
        asksToMark("2", 2);
        isAnswered("2", 2);

        assertThat(kinds()).containsExactly(Kind.MISORDERED);
    }

    @Test
    void w46_aMarkIsRefused() {
        asksToMark("1", 3);
        tape.add("ann/phone", Outcome.FAIL, Act.MARK, mark("ann", "1", 3, 0), "conflict");

        assertThat(kinds()).containsExactly(Kind.DISAGREEING);
    }

    @Test
    void w46_aMarkThatWasAnsweredIsNotThereAtTheEnd() {
        tape.add("bob/phone", Outcome.INVOKE, Act.MARK, mark("bob", "1", 10, 0), "");
        tape.add("bob/phone", Outcome.OK, Act.MARK, mark("bob", "1", 10, 10), "");
        tape.add("bob/phone", Outcome.OK, Act.STAND, mark("bob", "", 9, 9), "");

        assertThat(kinds()).containsExactly(Kind.LOST);
    }

    @Test
    void w46_aUserHasNotReadWhatThatUserSaid() {
        stands("ann/phone", 9);

        assertThat(kinds()).containsExactly(Kind.LOST);
    }

    @Test
    void w47_somebodyHeardOfAMarkThatIsNot() {
        tape.add("bob/phone", Outcome.OK, Act.MARKED, mark("bob", "", 10, 10), "");
        tape.add("bob/phone", Outcome.OK, Act.STAND, mark("bob", "", 9, 9), "");

        assertThat(kinds()).containsExactly(Kind.PHANTOM);
    }

    @Test
    void w48_twoAreToldDifferentMarks() {
        tape.add("ann/phone", Outcome.OK, Act.STAND, mark("bob", "", 9, 9), "");
        tape.add("bob/phone", Outcome.OK, Act.STAND, mark("bob", "", 10, 10), "");

        assertThat(kinds()).containsExactly(Kind.DISAGREEING);
    }

    @Test
    void w48_aMarkIsBeyondTheEnd() {
        stands("ann/phone", 11);

        assertThat(kinds()).containsExactly(Kind.PHANTOM);
    }

    @Test
    void w52_twoSeeTheSameChannelOtherwise() {
        tape.add("ann/phone", Outcome.OK, Act.SHOW, new Subject(ROOM, "", "", null, 1), "");
        tape.add("bob/phone", Outcome.OK, Act.SHOW, new Subject(ROOM, "", "", null, 1), "");
        assertThat(kinds()).isEmpty();
        tape.add("eve/phone", Outcome.OK, Act.SHOW, new Subject(ROOM, "", "", null, 2), "");

        assertThat(kinds()).containsExactly(Kind.DISAGREEING);
    }

    /** Somebody amends what they said; one of their devices is not told. */
    private Tape amended(String device, String note) {
        Tape other = new Tape();
        other.publish("ann", ROOM, "one");
        Subject amendment = other.publish("ann", ROOM, "amending");
        other.publish("ann", ROOM, "two");
        other.amends(amendment);
        other.of(device)
                .removeIf(event ->
                        event.act() == Act.DELIVER && event.subject().id().equals("amending"));
        if (!note.isEmpty()) {
            other.of(device)
                    .replaceAll(event -> event.act() == Act.SUBSCRIBE
                            ? new Event(
                                    event.client(), event.nanos(), event.outcome(), event.act(), event.subject(), note)
                            : event);
        }
        return other;
    }

    @Test
    void i1_whoAmendsSomethingNeedNotBeToldOfIt() {
        assertThat(amended("ann/desk", "").judged().violations()).isEmpty();
    }

    @Test
    void i1_everybodyElseHasToBeToldOfAnAmendment() {
        assertThat(amended("bob/phone", "").judged().kinds()).containsOnlyKeys(Kind.MISSED);
    }

    @Test
    void i1_whoReadsEverythingHasToBeToldOfTheirOwn() {
        assertThat(amended("ann/desk", Event.EVERYTHING).judged().kinds()).containsOnlyKeys(Kind.MISSED);
    }

    @Test
    void w40_anEventFollowsTheEndOfItsSubscription() {
        Tape other = new Tape();
        other.publish("ann", ROOM, "one");
        other.add("bob/phone", Outcome.OK, Act.LEAVE, Subject.of(ROOM), "");
        other.publish("ann", DIRECT, "elsewhere");
        other.publish("ann", ROOM, "two");
        other.subscribe("bob/phone", ROOM, 1);
        other.deliver("bob/phone", other.log(ROOM).get(1));

        assertThat(other.judged().violations())
                .extracting(Violation::toString)
                .containsExactly("PHANTOM: bob/phone on room was told without a subscription");
    }
}
