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
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whether the checker sees what it is for: each test is a fault that a server could have. */
class CheckerTest {
    private final Tape tape = new Tape().play();

    private static Position at(long offset) {
        return new Position(EPOCH, offset);
    }

    private List<Kind> kinds() {
        return List.copyOf(tape.judged().kinds().keySet());
    }

    private int delivery(String client, String channel, long offset) {
        List<Event> events = tape.of(client);
        for (int i = 0; i < events.size(); i++) {
            Subject subject = events.get(i).subject();
            if (events.get(i).act() == Act.DELIVER
                    && subject.channel().equals(channel)
                    && at(offset).equals(subject.at())) {
                return i;
            }
        }
        throw new AssertionError("no such delivery");
    }

    @Test
    void aPerfectServerIsNotAccused() {
        Verdict verdict = tape.judged();

        assertThat(verdict.violations()).isEmpty();
        assertThat(verdict.counts()).isEqualTo(new Verdict.Counts(22, 1, 90, 2, 1, 1));
    }

    @Test
    void i1_aPublicationThatWasAcknowledgedAndNotStored() {
        Subject said = Tape.said("ann", ROOM, "gone");
        tape.add("ann/publisher", Outcome.INVOKE, Act.PUBLISH, said, "");
        tape.add("ann/publisher", Outcome.OK, Act.PUBLISH, said.at(at(13)), "");

        assertThat(kinds()).containsExactly(Kind.LOST);
    }

    @Test
    void i1_aDeliveryThatTheLogDoesNotHave() {
        tape.log(ROOM).remove(11);

        assertThat(kinds()).contains(Kind.LOST);
    }

    @Test
    void i1_theLogIsCutBackAfterItWasRead() {
        Tape cut = new Tape();
        cut.publish("ann", ROOM, "one");
        cut.read("bob/early", ROOM);
        cut.log(ROOM).clear();

        assertThat(cut.judged().violations())
                .extracting(Violation::toString)
                .contains("LOST: room e1:1 was read, and was absent later");
    }

    @Test
    void i1_oneDeliveryOfManyIsDropped() {
        tape.of("ann/desk").remove(delivery("ann/desk", ROOM, 5));

        assertThat(kinds()).containsExactly(Kind.MISSED);
    }

    @Test
    void i1_theLastDeliveryIsDropped() {
        tape.of("ann/desk").remove(delivery("ann/desk", ROOM, 12));

        assertThat(kinds()).containsExactly(Kind.MISSED);
    }

    @Test
    void i1_aResumeSkipsWhatCameMeanwhile() {
        List<Event> bob = tape.of("bob/phone");
        bob.removeIf(event -> event.act() == Act.LEAVE);
        bob.subList(delivery("bob/phone", ROOM, 10), delivery("bob/phone", ROOM, 11) + 1)
                .clear();

        assertThat(kinds()).contains(Kind.MISSED);
    }

    @Test
    void i1_aLossThatTheServerOwnsUpToCounts() {
        tape.add("bob/phone", Outcome.OK, Act.SUBSCRIBE, Subject.of(ROOM, at(12)), Event.UNRECOVERED);

        assertThat(kinds()).containsExactly(Kind.UNRECOVERED);
    }

    @Test
    void i2_aResumeRepeatsOne() {
        Event once = tape.of("bob/phone").get(delivery("bob/phone", ROOM, 12));
        tape.of("bob/phone").add(once);

        assertThat(kinds()).containsExactly(Kind.DOUBLED);
    }

    @Test
    void i2_oneIdIsStoredTwice() {
        Subject again = tape.store(Tape.said("ann", ROOM, "r2"));
        tape.add("ann/publisher", Outcome.INVOKE, Act.PUBLISH, Tape.said("ann", ROOM, "r2"), "");
        tape.add("ann/publisher", Outcome.OK, Act.PUBLISH, again, "");

        assertThat(kinds()).contains(Kind.DOUBLED, Kind.TWO_PLACES);
    }

    @Test
    void i2_oneIdIsAcknowledgedAtTwoPlaces() {
        tape.add(
                "ann/publisher",
                Outcome.OK,
                Act.PUBLISH,
                Tape.said("ann", ROOM, "r2").at(at(4)),
                "");

        assertThat(kinds()).contains(Kind.TWO_PLACES, Kind.DISAGREEING);
    }

    @Test
    void i3_twoDeliveriesAreSwapped() {
        int five = delivery("ann/desk", ROOM, 5);
        Collections.swap(tape.of("ann/desk"), five, delivery("ann/desk", ROOM, 6));

        assertThat(kinds()).containsExactly(Kind.MISORDERED);
    }

    @Test
    void i3_anOffsetIsUsedAgainAfterARestart() {
        // Position 12 was acknowledged and delivered, and then belongs to something else.
        Subject other = Tape.said("bob", ROOM, "other");
        tape.add("bob/publisher", Outcome.INVOKE, Act.PUBLISH, other, "");
        tape.add("bob/publisher", Outcome.OK, Act.PUBLISH, other.at(at(12)), "");
        tape.log(ROOM).set(11, other.at(at(12)));

        assertThat(kinds()).contains(Kind.LOST, Kind.DISAGREEING);
    }

    @Test
    void i3_anOffsetIsSkipped() {
        tape.log(ROOM).remove(3);

        assertThat(kinds()).contains(Kind.HOLE, Kind.LOST);
    }

    @Test
    void i3_somethingIsStoredBeforeWhatWasAnsweredEarlier() {
        Tape late = new Tape();
        Subject one = Tape.said("ann", ROOM, "one");
        late.add("ann/publisher", Outcome.INVOKE, Act.PUBLISH, one, "");
        late.add("ann/publisher", Outcome.OK, Act.PUBLISH, one.at(at(2)), "");
        Subject two = Tape.said("bob", ROOM, "two");
        late.add("bob/publisher", Outcome.INVOKE, Act.PUBLISH, two, "");
        late.add("bob/publisher", Outcome.OK, Act.PUBLISH, late.store(two), "");
        late.store(one);

        assertThat(late.judged().kinds()).containsOnlyKeys(Kind.MISORDERED);
    }

    @Test
    void i3_aPublishersOwnOrderIsLost() {
        Tape swapped = new Tape();
        Subject one = Tape.said("ann", ROOM, "one");
        Subject two = Tape.said("ann", ROOM, "two");
        swapped.add("ann/publisher", Outcome.INVOKE, Act.PUBLISH, one, "");
        swapped.add("ann/publisher", Outcome.INVOKE, Act.PUBLISH, two, "");
        swapped.add("ann/publisher", Outcome.OK, Act.PUBLISH, swapped.store(two), "");
        swapped.add("ann/publisher", Outcome.OK, Act.PUBLISH, swapped.store(one), "");

        assertThat(swapped.judged().kinds()).containsOnlyKeys(Kind.MISORDERED);
    }

    @Test
    void i3_whatWasAnsweredByAnErrorMayComeLaterThanWhatCameAfterIt() {
        Tape displaced = new Tape();
        Subject one = Tape.said("ann", ROOM, "one");
        Subject two = Tape.said("ann", ROOM, "two");
        displaced.add("ann/publisher", Outcome.INVOKE, Act.PUBLISH, one, "");
        displaced.add("ann/publisher", Outcome.INVOKE, Act.PUBLISH, two, "");
        displaced.add("ann/publisher", Outcome.INFO, Act.PUBLISH, one, "store.unavailable");
        displaced.add("ann/publisher", Outcome.OK, Act.PUBLISH, displaced.store(two), "");
        displaced.add("ann/publisher", Outcome.INVOKE, Act.PUBLISH, one, "");
        displaced.add("ann/publisher", Outcome.OK, Act.PUBLISH, displaced.store(one), "");

        assertThat(displaced.judged().violations()).isEmpty();
    }

    @Test
    void i3_twoSeeDifferentThingsAtOnePlace() {
        int five = delivery("ann/desk", ROOM, 5);
        Event event = tape.of("ann/desk").get(five);
        Subject forged = Tape.said("bob", ROOM, "r7").at(at(5));
        tape.of("ann/desk")
                .set(five, new Event(event.client(), event.nanos(), event.outcome(), event.act(), forged, ""));

        assertThat(kinds()).containsExactly(Kind.DISAGREEING);
    }

    @Test
    void i3_aReadLacksWhatWasAcknowledgedBefore() {
        Tape stale = new Tape();
        stale.publish("ann", ROOM, "one");
        Subject two = stale.publish("ann", ROOM, "two");
        stale.log(ROOM).remove(1);
        stale.read("bob/early", ROOM);
        stale.log(ROOM).add(two);

        assertThat(stale.judged().kinds()).containsOnlyKeys(Kind.STALE);
    }

    @Test
    void i4_somethingIsThereThatNobodyPublished() {
        tape.store(Tape.said("ann", ROOM, "invented"));

        assertThat(kinds()).containsExactly(Kind.PHANTOM);
    }

    @Test
    void i4_aBodyIsChanged() {
        Subject changed = new Subject(ROOM, "r3", "bob", at(3), Event.hash("another body"));
        tape.log(ROOM).set(2, changed);

        assertThat(kinds()).contains(Kind.PHANTOM, Kind.LOST);
    }

    @Test
    void i4_somethingRefusedIsThereAllTheSame() {
        Subject refused = Tape.said("ann", ROOM, "refused");
        tape.add("ann/publisher", Outcome.INVOKE, Act.PUBLISH, refused, "");
        tape.add("ann/publisher", Outcome.FAIL, Act.PUBLISH, refused, "busy");
        tape.store(refused);

        assertThat(kinds()).containsExactly(Kind.RESURRECTED);
    }

    @Test
    void i4_aRepetitionIsRefusedAsAConflictThoughItIsTheSame() {
        Subject refused = Tape.said("ann", ROOM, "lonely");
        tape.add("ann/publisher", Outcome.INVOKE, Act.PUBLISH, refused, "");
        tape.add("ann/publisher", Outcome.FAIL, Act.PUBLISH, refused, "conflict");

        assertThat(kinds()).containsExactly(Kind.DISAGREEING);
    }

    @Test
    void i5_aDirectMessageReachesAStranger() {
        tape.subscribe("eve/phone", DIRECT, 9);
        tape.deliver("eve/phone", tape.log(DIRECT).get(9));

        assertThat(kinds()).containsExactly(Kind.LEAKED);
    }

    @Test
    void i5_aStrangerHearsASecretInARefusal() {
        tape.add("eve/phone", Outcome.OK, Act.HEAR, Subject.NONE, "secret-1");

        assertThat(kinds()).containsExactly(Kind.LEAKED);
    }

    @Test
    void i5_aRefusalSaysThatAConversationExists() {
        tape.add("eve/phone", Outcome.FAIL, Act.PRY, Subject.of(DIRECT), "conflict");

        assertThat(kinds()).containsExactly(Kind.LEAKED);
    }

    @Test
    void i5_aStrangerIsAllowedIn() {
        tape.add("eve/phone", Outcome.OK, Act.PRY, Subject.NONE, "channel.subscribe");

        assertThat(kinds()).containsExactly(Kind.LEAKED);
    }

    @Test
    void i5_aStrangerReadsAnInbox() {
        tape.read("eve/reader", "@bob");

        assertThat(kinds()).containsExactly(Kind.LEAKED);
    }

    @Test
    void i1_oneDeliveryOfAHundredThousandIsDropped() {
        Tape many = new Tape();
        for (int i = 0; i < 25_000; i++) {
            many.publish("ann", ROOM, "r" + i);
        }
        List<Event> desk = many.of("ann/desk");
        desk.remove(desk.size() / 2);

        assertThat(many.judged().violations())
                .extracting(Violation::toString)
                .containsExactly("MISSED: ann/desk on room did not get 12500 but what came after it");
    }

    @Test
    void i1_aWakeUpIsForgottenAndNothingComesAfterIt() {
        tape.of("bob/phone").remove(delivery("bob/phone", "@bob", 10));

        assertThat(kinds()).contains(Kind.MISSED);
    }

    @Test
    void i1_somethingIsAcknowledgedBeforeItIsCommittedAndAKillComesBetween() {
        Subject said = Tape.said("ann", ROOM, "early");
        tape.add("ann/publisher", Outcome.INVOKE, Act.PUBLISH, said, "");
        tape.add("ann/publisher", Outcome.OK, Act.PUBLISH, said.at(at(13)), "");
        Subject next = Tape.said("bob", ROOM, "next");
        tape.add("bob/publisher", Outcome.INVOKE, Act.PUBLISH, next, "");
        tape.add("bob/publisher", Outcome.OK, Act.PUBLISH, tape.store(next), "");

        assertThat(kinds()).containsExactly(Kind.LOST);
    }

    @Test
    void i6_aQueueGrowsBeyondItsBound() {
        tape.add("run/faults", Outcome.OK, Act.MEASURE, Subject.measured("bytes in a queue", 1_048_576, 1_048_576), "");
        assertThat(tape.judged().violations()).isEmpty();
        tape.add("run/faults", Outcome.OK, Act.MEASURE, Subject.measured("bytes in a queue", 1_048_577, 1_048_576), "");

        assertThat(tape.judged().violations())
                .extracting(Violation::toString)
                .containsExactly("EXCEEDED: bytes in a queue: 1048577, and at most 1048576");
    }

    @Test
    void aFaultThatIsOverIsOneFaultAndOverlapsWhatWasOnItsWay() {
        Tape late = new Tape();
        late.publish("ann", ROOM, "one");
        Subject two = Tape.said("ann", ROOM, "two");
        late.add("ann/publisher", Outcome.INVOKE, Act.PUBLISH, two, "");
        late.add("run/faults", Outcome.INFO, Act.FAULT, Subject.NONE, "the process freezes");
        late.add("ann/publisher", Outcome.OK, Act.PUBLISH, late.store(two), "");
        late.add("run/faults", Outcome.OK, Act.FAULT, Subject.NONE, "over");

        assertThat(late.judged().counts().faults()).isEqualTo(1);
    }

    @Test
    void w42_anInboxLacksAnEntry() {
        tape.log("@bob").remove(9);

        assertThat(kinds()).contains(Kind.MISSED);
    }

    @Test
    void w42_anInboxAnnouncesAnEntryTwice() {
        Tape twice = new Tape();
        twice.publish("ann", DIRECT, "one");
        Subject entry = twice.log("@bob").get(0);
        twice.log("@bob").add(entry);

        assertThat(twice.judged().kinds()).containsKey(Kind.DOUBLED);
    }

    @Test
    void aPublishWithoutAnAnswerIsNoted() {
        tape.add("ann/publisher", Outcome.INVOKE, Act.PUBLISH, Tape.said("ann", ROOM, "open"), "");

        assertThat(kinds()).containsExactly(Kind.UNANSWERED);
    }

    @Test
    void aDeliveryWithoutASubscriptionIsNoted() {
        tape.add("bob/phone", Outcome.INFO, Act.LEAVE, Subject.NONE, "");
        tape.deliver("bob/phone", tape.log(ROOM).get(11));

        assertThat(kinds()).contains(Kind.PHANTOM);
    }

    @Test
    void anUnknownOutcomeThatWasStoredIsFoundAndAllowed() {
        Subject cut = Tape.said("ann", ROOM, "unknown");
        tape.add("ann/publisher", Outcome.INVOKE, Act.PUBLISH, cut, "");
        tape.add("ann/publisher", Outcome.INFO, Act.PUBLISH, cut, "store.unavailable");
        tape.add("ann/publisher", Outcome.INVOKE, Act.PUBLISH, cut, "");
        tape.add("ann/publisher", Outcome.FAIL, Act.PUBLISH, cut, "busy");
        tape.store(cut);

        Verdict verdict = tape.judged();
        assertThat(verdict.violations()).isEmpty();
        assertThat(verdict.counts().recovered()).isEqualTo(2);
    }

    @Test
    void aKillWithoutLoadDoesNotCount() {
        Tape idle = new Tape();
        idle.publish("ann", ROOM, "one");
        idle.add("run/faults", Outcome.INFO, Act.FAULT, Subject.NONE, "kill -9");

        assertThat(idle.judged().counts().faults()).isZero();
    }
}
