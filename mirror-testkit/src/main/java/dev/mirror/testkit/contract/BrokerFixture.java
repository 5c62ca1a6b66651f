package dev.mirror.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import dev.mirror.spi.Draft;
import dev.mirror.spi.History;
import dev.mirror.spi.HistoryQuery;
import dev.mirror.testkit.time.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the rules of a broker share: the broker itself, and short words for what is done with it. */
abstract class BrokerFixture {
    static final UserId ANN = new UserId("ann");
    static final UserId BOB = new UserId("bob");

    private final List<Broker> opened = new ArrayList<>(); // only the test's thread

    Broker broker; // set before each test

    abstract Broker open() throws Exception;

    abstract Optional<Broker> openKeeping(int publicationsPerChannel) throws Exception;

    abstract Optional<Broker> reopen(Broker ended) throws Exception;

    abstract ChannelName channel(String name);

    abstract Duration deadline();

    @BeforeEach
    void openBroker() throws Exception {
        broker = owned(open());
    }

    @AfterEach
    void closeBrokers() {
        opened.forEach(Broker::close);
    }

    final Broker owned(Broker other) {
        opened.add(other);
        return other;
    }

    /** From now on the test's broker keeps only so many publications of a channel; skips the test if it cannot. */
    final void keepOnly(int publications) throws Exception {
        Optional<Broker> small = openKeeping(publications);
        assumeTrue(small.isPresent(), "skipped: the adapter's history has no bound that a test could set");
        broker = owned(small.get());
    }

    final void assumeContiguous() {
        assumeTrue(broker.guarantees().contiguousOffsets(), "skipped: the adapter's offsets are not contiguous");
    }

    final void assumeHistory(int depth) {
        assumeTrue(
                broker.guarantees().historyDepth() >= depth,
                "skipped: the adapter keeps fewer than " + depth + " publications of a channel");
    }

    final Observer observer() {
        return new Observer(deadline(), publication -> {});
    }

    final Broker.Subscription subscribe(ChannelName channel, @Nullable Position after, Observer observer) {
        return Await.value(broker.subscribe(channel, after, observer));
    }

    final Broker.Receipt publish(ChannelName channel, String id) {
        return publish(ANN, channel, id);
    }

    final Broker.Receipt publish(UserId publisher, ChannelName channel, String id) {
        return Await.value(broker.publish(draft(publisher, channel, id)));
    }

    /** Publishes {@code prefix-1} to {@code prefix-count}, one after the other; returns the position of the last. */
    final Position publishMany(ChannelName channel, String prefix, int count) {
        Position last = new Position("none", 0);
        for (int i = 1; i <= count; i++) {
            last = publish(channel, prefix + '-' + i).position();
        }
        return last;
    }

    static Draft draft(UserId publisher, ChannelName channel, String id) {
        return draft(publisher, channel, id, "{\"value\":\"" + id + "\"}");
    }

    static Draft draft(UserId publisher, ChannelName channel, String id, String body) {
        return new Draft(channel, List.of(), new Publication.Entry(publisher, id, body));
    }

    static Draft copied(ChannelName channel, String id, ChannelName... copies) {
        return new Draft(channel, List.of(copies), draft(ANN, channel, id).entry());
    }

    final History history(HistoryQuery query) {
        return Await.value(broker.history(query));
    }

    /** Where the log ends. */
    final Position tail(ChannelName channel) {
        return history(new HistoryQuery(channel, null, 0, true, 0)).tail();
    }

    /** The whole log, read in pages. */
    final List<Publication> log(ChannelName channel) {
        List<Publication> all = new ArrayList<>();
        History page = history(new HistoryQuery(channel, null, 0, false, HistoryQuery.MAX_LIMIT));
        while (!page.publications().isEmpty()) {
            all.addAll(page.publications());
            Position end = all.get(all.size() - 1).position();
            page = history(HistoryQuery.after(channel, end, HistoryQuery.MAX_LIMIT));
        }
        return all;
    }

    static List<String> ids(List<Publication> publications) {
        return publications.stream()
                .map(publication -> publication.entry().id())
                .toList();
    }

    static void assertFails(CompletionStage<?> stage, ErrorCode code) {
        assertThat(Await.failure(stage).code()).isEqualTo(code);
    }

    static List<String> numbered(String prefix, int first, int last) {
        List<String> ids = new ArrayList<>();
        for (int i = first; i <= last; i++) {
            ids.add(prefix + '-' + i);
        }
        return ids;
    }
}
