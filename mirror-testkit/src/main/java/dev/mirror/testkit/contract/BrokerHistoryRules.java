package dev.mirror.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import dev.mirror.spi.History;
import dev.mirror.spi.HistoryQuery;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules about reading what is kept, and about positions that do not fit: B8, B11, B13. */
abstract class BrokerHistoryRules extends BrokerLogRules {
    private static final String FOREIGN_EPOCH = "another-epoch";

    /** A channel that nobody used looks like an empty log, not like a fault. */
    @Test
    void b8_anUnusedChannelIsAnEmptyLog() {
        for (boolean backward : new boolean[] {false, true}) {
            History page = history(new HistoryQuery(channel("b8"), null, 0, backward, 10));
            assertThat(page.publications()).isEmpty();
            assertThat(page.tail().offset()).isZero();
            assertThat(page.first()).isEqualTo(1);
            assertThat(page.recovered()).isTrue();
        }
    }

    /** Pages forward, one after the other, are the log: everything, once, in order. */
    @Test
    void b8_pagesForwardCoverTheLog() {
        assumeHistory(20);
        ChannelName channel = channel("b8");
        Position last = publishMany(channel, "m", 20);
        List<String> read = new ArrayList<>();
        History page = history(new HistoryQuery(channel, null, 0, false, 7));
        while (!page.publications().isEmpty()) {
            assertThat(page.publications()).hasSizeLessThanOrEqualTo(7);
            assertThat(page.recovered()).isTrue();
            assertThat(page.tail()).isEqualTo(last);
            read.addAll(ids(page.publications()));
            page = history(HistoryQuery.after(channel, lastOf(page).position(), 7));
        }
        assertThat(read).containsExactlyElementsOf(numbered("m", 1, 20));
    }

    /** Pages backward cover the log too, and each is in offset order all the same. */
    @Test
    void b8_pagesBackwardCoverTheLog() {
        assumeHistory(20);
        ChannelName channel = channel("b8");
        publishMany(channel, "m", 20);
        List<String> read = new ArrayList<>();
        History page = history(HistoryQuery.latest(channel, 7));
        while (!page.publications().isEmpty()) {
            assertThat(page.publications())
                    .hasSizeLessThanOrEqualTo(7)
                    .extracting(publication -> publication.position().offset())
                    .isSorted();
            assertThat(page.recovered()).isTrue();
            read.addAll(0, ids(page.publications()));
            Position from = page.publications().get(0).position();
            page = history(new HistoryQuery(channel, from, 0, true, 7));
        }
        assertThat(read).containsExactlyElementsOf(numbered("m", 1, 20));
    }

    /** A page of none asks only where the log stands. */
    @Test
    void b8_aPageOfNoneTellsWhereTheLogStands() {
        assumeHistory(3);
        ChannelName channel = channel("b8");
        Position last = publishMany(channel, "m", 3);
        for (boolean backward : new boolean[] {false, true}) {
            History page = history(new HistoryQuery(channel, null, 0, backward, 0));
            assertThat(page.publications()).isEmpty();
            assertThat(page.tail()).isEqualTo(last);
            assertThat(page.first()).isEqualTo(log(channel).get(0).position().offset());
        }
    }

    /** What was forgotten is said to be missing; what is still there is returned. */
    @Test
    void b8_whatWasForgottenIsAdmitted() throws Exception {
        keepOnly(10);
        assumeContiguous();
        ChannelName channel = channel("b8");
        Position last = publishMany(channel, "m", 30);

        History gone = history(HistoryQuery.after(channel, new Position(last.epoch(), 5), 100));
        assertThat(gone.recovered()).isFalse();
        assertThat(gone.first()).isGreaterThan(6).isLessThanOrEqualTo(21);
        assertThat(ids(gone.publications())).containsExactlyElementsOf(numbered("m", (int) gone.first(), 30));

        History kept = history(HistoryQuery.after(channel, new Position(last.epoch(), gone.first() - 1), 100));
        assertThat(kept.recovered()).isTrue();
        assertThat(kept.publications()).isEqualTo(gone.publications());
        assertThat(history(new HistoryQuery(channel, null, 0, false, 100)).publications())
                .isEqualTo(gone.publications());
    }

    /** A position from the future cannot have been read here. */
    @Test
    void b8_aPositionBehindTheTailIsAdmitted() {
        assumeHistory(3);
        ChannelName channel = channel("b8");
        Position last = publishMany(channel, "m", 3);
        Position future = new Position(last.epoch(), last.offset() + 1_000);

        assertThat(history(HistoryQuery.after(channel, future, 10)).recovered()).isFalse();
        assertThat(history(HistoryQuery.after(channel, last, 10)).recovered()).isTrue();
        assertThat(history(HistoryQuery.after(channel, last, 10)).publications())
                .isEmpty();
    }

    /** The same offset in another life of the log is another place; a page from there begins with what is kept. */
    @Test
    void b11_historyDoesNotMistakeAnEpoch() {
        assumeHistory(3);
        ChannelName channel = channel("b11");
        publishMany(channel, "m", 3);

        History page = history(HistoryQuery.after(channel, new Position(FOREIGN_EPOCH, 2), 10));

        assertThat(page.recovered()).isFalse();
        assertThat(ids(page.publications())).containsExactlyElementsOf(numbered("m", 1, 3));
    }

    /** A subscription from another life of the log says so, and yields what there is, from the oldest. */
    @Test
    void b11_aSubscriptionDoesNotMistakeAnEpoch() {
        assumeHistory(3);
        ChannelName channel = channel("b11");
        publishMany(channel, "m", 3);
        Observer observer = observer();
        try (Broker.Subscription subscription = subscribe(channel, new Position(FOREIGN_EPOCH, 2), observer)) {
            assertThat(subscription.recovered()).isFalse();
            publish(channel, "m-4");
            observer.awaits("m-4");
        }
        assertThat(observer.ids()).containsExactlyElementsOf(numbered("m", 1, 4));
    }

    /** Two stores that know nothing of each other never give the same position to different things. */
    @Test
    void b11_anotherStoreHasAnotherEpoch() throws Exception {
        ChannelName channel = channel("b11");
        Position here = publishMany(channel, "here", 2);
        broker = owned(open());
        publishMany(channel, "there", 3);

        assertThat(tail(channel).epoch()).isNotEqualTo(here.epoch());
        try (Broker.Subscription subscription = subscribe(channel, here, observer())) {
            assertThat(subscription.recovered()).isFalse();
        }
    }

    /** Forward from a time: what was published at that moment belongs to the page. */
    @Test
    void b13_forwardBeginsAtTheTime() {
        assumeHistory(10);
        ChannelName channel = channel("b13");
        Position last = publishMany(channel, "m", 10);
        for (Publication each : log(channel)) {
            long time = each.timetoken();
            History page = history(HistoryQuery.since(channel, time, 3));
            assertThat(page.publications()).first().isEqualTo(each);
            assertThat(page.publications()).hasSizeLessThanOrEqualTo(3);
            assertThat(page.tail()).isEqualTo(last);
            assertThat(page.recovered()).isTrue();
            assertThat(history(HistoryQuery.since(channel, time + 1, 3)).publications())
                    .doesNotContain(each)
                    .allMatch(later -> later.timetoken() > time);
        }
    }

    /** Backward from a time: the page ends with what was published just before that moment, in offset order. */
    @Test
    void b13_backwardEndsBeforeTheTime() {
        assumeHistory(10);
        ChannelName channel = channel("b13");
        publishMany(channel, "m", 10);
        List<Publication> log = log(channel);
        for (int i = 0; i < log.size(); i++) {
            List<Publication> before = log.subList(Math.max(0, i - 3), i);
            History page = history(HistoryQuery.until(channel, log.get(i).timetoken(), 3));
            assertThat(page.publications()).isEqualTo(before);
            assertThat(page.recovered()).isTrue();
            List<Publication> with = log.subList(Math.max(0, i - 2), i + 1);
            assertThat(history(HistoryQuery.until(channel, log.get(i).timetoken() + 1, 3))
                            .publications())
                    .isEqualTo(with);
        }
    }

    /** From a time on, pages by position are the rest of the log, in both directions. */
    @Test
    void b13_pagesFromATimeCoverTheLog() {
        assumeHistory(20);
        ChannelName channel = channel("b13");
        publishMany(channel, "m", 20);
        long time = log(channel).get(9).timetoken();
        List<String> read = new ArrayList<>();
        History page = history(HistoryQuery.since(channel, time, 4));
        while (!page.publications().isEmpty()) {
            read.addAll(ids(page.publications()));
            page = history(HistoryQuery.after(channel, lastOf(page).position(), 4));
        }
        page = history(HistoryQuery.until(channel, time, 4));
        while (!page.publications().isEmpty()) {
            read.addAll(0, ids(page.publications()));
            Position from = page.publications().get(0).position();
            page = history(new HistoryQuery(channel, from, 0, true, 4));
        }
        assertThat(read).containsExactlyElementsOf(numbered("m", 1, 20));
    }

    /** Times outside of what the log has. */
    @Test
    void b13_beforeTheFirstAndAfterTheLast() {
        assumeHistory(3);
        ChannelName channel = channel("b13");
        assertThat(history(HistoryQuery.since(channel, 1, 10)).publications()).isEmpty();
        publishMany(channel, "m", 3);
        List<Publication> log = log(channel);
        long after = log.get(2).timetoken() + 1;
        assertThat(history(HistoryQuery.since(channel, 1, 10)).publications()).isEqualTo(log);
        assertThat(history(HistoryQuery.until(channel, 1, 10)).publications()).isEmpty();
        assertThat(history(HistoryQuery.since(channel, after, 10)).publications())
                .isEmpty();
        assertThat(history(HistoryQuery.until(channel, after, 10)).publications())
                .isEqualTo(log);
        assertThat(history(HistoryQuery.since(channel, 1, 0)).publications()).isEmpty();
    }

    private static Publication lastOf(History page) {
        return page.publications().get(page.publications().size() - 1);
    }
}
