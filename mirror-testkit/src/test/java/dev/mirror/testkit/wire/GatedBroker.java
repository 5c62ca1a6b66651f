package dev.mirror.testkit.wire;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import dev.mirror.spi.Draft;
import dev.mirror.spi.History;
import dev.mirror.spi.HistoryQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A broker whose answers come when the test opens a gate. */
final class GatedBroker implements Broker {
    final Gate publishes = new Gate();
    final Gate histories = new Gate();
    final Gate subscribes = new Gate();
    /** The pages that were asked for, in order. */
    final List<HistoryQuery> asked = new ArrayList<>();

    private final Broker broker;
    private LongPredicate damaged = offset -> false; // of every channel
    private UnaryOperator<List<Publication>> lost = rows -> rows; // of the next page with something in it

    GatedBroker(Broker broker) {
        this.broker = broker;
    }

    @Override
    public CompletionStage<Receipt> publish(Draft draft) {
        return publishes.pass(() -> broker.publish(draft));
    }

    @Override
    public CompletionStage<Subscription> subscribe(
            ChannelName channel, @Nullable Position after, Consumer<Publication> listener) {
        return subscribes.pass(() -> broker.subscribe(channel, after, listener));
    }

    @Override
    public CompletionStage<History> history(HistoryQuery query) {
        asked.add(query);
        return histories.pass(() -> broker.history(query).thenApply(page -> {
            page.publications().forEach(each -> {
                if (damaged.test(each.position().offset())) {
                    throw new MirrorException(ErrorCode.STORE_DAMAGED, "not what was written");
                }
            });
            return page.publications().isEmpty() ? page : withoutLost(page);
        }));
    }

    private History withoutLost(History page) {
        List<Publication> left = lost.apply(page.publications());
        lost = rows -> rows;
        return new History(left, page.tail(), page.first(), page.after(), page.recovered());
    }

    /** The next page has only what this leaves of it, and says nothing of the rest, as if that was just trimmed. */
    void loseOnce(UnaryOperator<List<Publication>> leaves) {
        lost = leaves;
    }

    /** From now on no page is served that has one of these offsets. */
    void damage(LongPredicate offsets) {
        damaged = offsets;
    }

    @Override
    public Guarantees guarantees() {
        return broker.guarantees();
    }

    @Override
    public void close() {
        broker.close();
    }
}
