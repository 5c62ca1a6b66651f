package dev.mirror.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import dev.mirror.spi.Draft;
import dev.mirror.spi.History;
import dev.mirror.spi.HistoryQuery;
import dev.mirror.testkit.time.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** The rules about what a broker keeps: B1, B2, B5, B6, B7, B8, B12. */
abstract class BrokerLogRules extends BrokerFixture {
    /** Whoever has the receipt finds the publication, even if they look in the moment of the answer. */
    @Test
    void b1_theLogHasWhatWasAnswered() {
        ChannelName channel = channel("b1");
        for (int i = 1; i <= 50; i++) {
            History page = Await.value(broker.publish(draft(ANN, channel, "m-" + i))
                    .thenCompose(receipt -> broker.history(HistoryQuery.latest(channel, 1))));
            assertThat(ids(page.publications())).containsExactly("m-" + i);
        }
    }

    /** A durable broker has, after its end, everything that it ever answered. */
    @Test
    void b1_aDurableLogOutlivesTheBroker() throws Exception {
        assumeTrue(broker.guarantees().durable(), "skipped: the adapter is not durable");
        ChannelName channel = channel("b1");
        Position last = publishMany(channel, "m", 5);
        broker.close();
        Optional<Broker> reopened = reopen(broker);
        assumeTrue(reopened.isPresent(), "skipped: the adapter's test cannot open what it closed");
        broker = owned(reopened.get());

        assertThat(ids(log(channel))).containsExactlyElementsOf(numbered("m", 1, 5));
        assertThat(tail(channel)).isEqualTo(last);
        assertThat(publish(channel, "m-5").duplicate()).isTrue();
        Position next = publish(channel, "m-6").position();
        assertThat(next.epoch()).isEqualTo(last.epoch());
        assertThat(next.offset()).isGreaterThan(last.offset());
        assertThat(next.offset() == last.offset() + 1 || !broker.guarantees().contiguousOffsets())
                .isTrue();
    }

    /** What is kept is what was said, to the last character. */
    @Test
    void b1_theLogHasExactlyWhatWasSaid() {
        ChannelName channel = channel("b1");
        String body = "{\"value\":\"\\\"<&>\\u0000 é ✓ 😀 \\n\"}";
        Await.value(broker.publish(draft(BOB, channel, "m", body)));

        Publication kept = log(channel).get(0);

        assertThat(kept.entry()).isEqualTo(new Publication.Entry(BOB, "m", body));
        assertThat(kept.channel()).isEqualTo(channel);
        assertThat(kept.origin()).isNull();
    }

    /** Positions grow, whatever an adapter counts in. */
    @Test
    void b2_positionsIncrease() {
        ChannelName channel = channel("b2");
        List<Long> offsets = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            offsets.add(publish(channel, "m-" + i).position().offset());
        }
        assertThat(offsets).isSorted().doesNotHaveDuplicates();
        assertThat(log(channel)).extracting(kept -> kept.position().offset()).containsExactlyElementsOf(offsets);
    }

    /** Contiguous offsets let a reader see by itself that something is missing. */
    @Test
    void b2_contiguousOffsetsCountFromOneInEachLog() {
        assumeContiguous();
        ChannelName one = channel("b2-one");
        ChannelName two = channel("b2-two");
        assertThat(tail(one).offset()).isZero();
        for (int i = 1; i <= 5; i++) {
            assertThat(publish(one, "one-" + i).position().offset()).isEqualTo(i);
            assertThat(publish(two, "two-" + i).position().offset()).isEqualTo(i);
        }
    }

    /** A refused publish uses up no offset. */
    @Test
    void b2_aRefusalLeavesNoHole() {
        assumeContiguous();
        ChannelName channel = channel("b2");
        publish(channel, "m-1");
        assertFails(broker.publish(draft(ANN, channel, "m-1", "\"other\"")), ErrorCode.CONFLICT);
        publish(channel, "m-1");
        assertThat(publish(channel, "m-2").position().offset()).isEqualTo(2);
    }

    /** {@code ann.bob} and {@code bob.ann} are one conversation with one log. */
    @Test
    void b2_bothSpellingsOfADirectChannelAreOneLog() {
        ChannelName there = ChannelName.direct(ANN, BOB);
        ChannelName back = ChannelName.direct(BOB, ANN);
        Observer observer = observer();
        try (Broker.Subscription subscription = subscribe(there, null, observer)) {
            publish(there, "m-1");
            publish(back, "m-2");
            observer.awaits(2);
        }
        assertThat(observer.ids()).containsExactly("m-1", "m-2");
        assertThat(ids(log(back))).containsExactly("m-1", "m-2");
        assertThat(tail(there)).isEqualTo(tail(back));
    }

    /** A sender that did not hear the answer asks again, and learns what became of the first. */
    @Test
    void b5_aRepetitionYieldsTheFirstReceipt() {
        ChannelName channel = channel("b5");
        Broker.Receipt first = publish(channel, "same");
        publish(channel, "other");
        Broker.Receipt second = publish(channel, "same");

        assertThat(first.duplicate()).isFalse();
        assertThat(second).isEqualTo(new Broker.Receipt(first.position(), first.timetoken(), true));
        assertThat(ids(log(channel))).containsExactly("same", "other");
    }

    /** One id for two things is a fault of the sender, and must not pass for a repetition. */
    @Test
    void b5_theSameIdWithOtherContentIsAConflict() {
        ChannelName channel = channel("b5");
        publish(channel, "same");

        assertFails(broker.publish(draft(ANN, channel, "same", "\"other\"")), ErrorCode.CONFLICT);
        assertFails(broker.publish(draft(ANN, channel("b5-other"), "same")), ErrorCode.CONFLICT);
        assertThat(ids(log(channel))).containsExactly("same");
    }

    /** Ids belong to their publisher; nobody can block another's. */
    @Test
    void b5_anotherPublishersIdIsAnotherId() {
        ChannelName channel = channel("b5");
        assertThat(publish(ANN, channel, "same").duplicate()).isFalse();
        assertThat(publish(BOB, channel, "same").duplicate()).isFalse();
        assertThat(log(channel)).hasSize(2);
    }

    /** Retries that race each other, and the first, are still one publication. */
    @Test
    void b5_repetitionsAtOnceArePublishedOnce() {
        ChannelName channel = channel("b5");
        for (int round = 0; round < 20; round++) {
            String id = "m-" + round;
            Queue<Broker.Receipt> receipts = new ConcurrentLinkedQueue<>();
            new Crowd(4, i -> receipts.add(publish(channel, id))).close();

            assertThat(receipts).filteredOn(receipt -> !receipt.duplicate()).hasSize(1);
            assertThat(receipts).extracting(Broker.Receipt::position).containsOnly(tail(channel));
        }
        assertThat(ids(log(channel))).containsExactlyElementsOf(numbered("m", 0, 19));
    }

    /** A copy says where its original stands, so that a reader of the copy can go on in the original's log. */
    @Test
    void b6_aCopyNamesItsOriginAndHasItsTimetoken() {
        ChannelName channel = ChannelName.direct(ANN, BOB);
        publish(channel, "before");
        Broker.Receipt receipt =
                Await.value(broker.publish(copied(channel, "m", ChannelName.inbox(ANN), ChannelName.inbox(BOB))));

        for (ChannelName inbox : List.of(ChannelName.inbox(ANN), ChannelName.inbox(BOB))) {
            List<Publication> log = log(inbox);
            assertThat(log).hasSize(1);
            Publication copy = log.get(0);
            assertThat(copy.channel()).isEqualTo(inbox);
            assertThat(copy.origin()).isEqualTo(new Publication.Origin(channel, receipt.position()));
            assertThat(copy.timetoken()).isEqualTo(receipt.timetoken());
            assertThat(copy.entry().id()).isEqualTo("m");
        }
        assertThat(log(channel).get(1).timetoken()).isEqualTo(receipt.timetoken());
    }

    /** Copies reach those who listen. */
    @Test
    void b6_copiesAreDelivered() {
        ChannelName channel = ChannelName.direct(ANN, BOB);
        Observer observer = observer();
        try (Broker.Subscription subscription = subscribe(ChannelName.inbox(BOB), null, observer)) {
            Broker.Receipt receipt = Await.value(broker.publish(copied(channel, "m", ChannelName.inbox(BOB))));
            observer.awaits(1);
            assertThat(observer.seen().get(0).origin()).isEqualTo(new Publication.Origin(channel, receipt.position()));
        }
    }

    /** Nobody finds a copy without its original, or an original without its copy, however they look. */
    @Test
    void b6_originalAndCopiesAppearTogether() {
        ChannelName channel = ChannelName.direct(ANN, BOB);
        ChannelName inbox = ChannelName.inbox(BOB);
        assumeContiguous();
        try (Crowd publishers = new Crowd(2, thread -> {
            for (int i = 0; i < 100; i++) {
                Await.value(broker.publish(copied(channel, "m-" + thread + '-' + i, inbox)));
            }
        })) {
            do {
                long originals = tail(channel).offset();
                long copies = tail(inbox).offset();
                long originalsThen = tail(channel).offset();
                assertThat(copies).as("copies, when there were originals").isBetween(originals, originalsThen);
            } while (!publishers.isDone());
        }
        assertThat(ids(log(inbox))).as("one order in both logs").isEqualTo(ids(log(channel)));
    }

    /** What is refused is nowhere. */
    @Test
    void b6_aRefusalLeavesNoCopy() {
        ChannelName channel = ChannelName.direct(ANN, BOB);
        ChannelName inbox = ChannelName.inbox(BOB);
        publish(channel("b6"), "taken");

        assertFails(broker.publish(copied(channel, "taken", inbox)), ErrorCode.CONFLICT);
        String large = "x".repeat(broker.guarantees().maxBodyBytes());
        Draft draft = new Draft(channel, List.of(inbox), new Publication.Entry(ANN, "large", '"' + large + '"'));
        assertFails(broker.publish(draft), ErrorCode.TOO_LARGE);

        assertThat(log(channel)).isEmpty();
        assertThat(log(inbox)).isEmpty();
    }

    /** A repetition makes no second copy. */
    @Test
    void b6_aRepetitionMakesNoCopy() {
        ChannelName channel = ChannelName.direct(ANN, BOB);
        ChannelName inbox = ChannelName.inbox(BOB);
        Await.value(broker.publish(copied(channel, "m", inbox)));
        assertThat(Await.value(broker.publish(copied(channel, "m", inbox))).duplicate())
                .isTrue();
        assertThat(log(inbox)).hasSize(1);
    }

    /** A timetoken names one publish in the whole broker. */
    @Test
    void b7_timetokensIncreaseAcrossChannels() {
        List<Long> timetokens = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            timetokens.add(publish(channel("b7-" + i % 3), "m-" + i).timetoken());
        }
        assertThat(timetokens).isSorted().doesNotHaveDuplicates();
    }

    /** In a log, time goes the way that offsets go, with many publishers too. */
    @Test
    void b7_timetokensAndOffsetsGoTheSameWay() {
        ChannelName channel = channel("b7");
        new Crowd(4, thread -> {
                    for (int i = 0; i < 25; i++) {
                        publish(channel, thread + "-" + i);
                    }
                })
                .close();
        assertThat(log(channel))
                .hasSize(100)
                .extracting(Publication::timetoken)
                .isSorted()
                .doesNotHaveDuplicates();
    }

    /** A body of exactly the limit is fine; one byte more is not, and bytes are counted, not characters. */
    @Test
    void b12_aBodyAboveTheLimitIsTooLarge() {
        ChannelName channel = channel("b12");
        int limit = broker.guarantees().maxBodyBytes();
        String fits = '"' + "x".repeat(limit - 2) + '"';
        String wide = '"' + "é".repeat(limit / 2) + '"';

        assertFails(broker.publish(draft(ANN, channel, "m-1", fits + ' ')), ErrorCode.TOO_LARGE);
        assertFails(broker.publish(draft(ANN, channel, "m-2", wide)), ErrorCode.TOO_LARGE);
        Await.value(broker.publish(draft(ANN, channel, "m-3", fits)));

        assertThat(ids(log(channel))).containsExactly("m-3");
    }

    /** After the end there are answers, not silence. */
    @Test
    void b12_afterCloseEverythingFailsWithBusy() {
        ChannelName channel = channel("b12");
        Observer observer = observer();
        Broker.Subscription subscription = subscribe(channel, null, observer);
        broker.close();
        broker.close();

        assertFails(broker.publish(draft(ANN, channel, "late")), ErrorCode.BUSY);
        assertFails(broker.subscribe(channel, null, observer), ErrorCode.BUSY);
        assertFails(broker.history(HistoryQuery.latest(channel, 1)), ErrorCode.BUSY);
        subscription.close();
        assertThat(observer.seen()).isEmpty();
    }
}
