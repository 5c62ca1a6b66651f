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
            return page;
        }));
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
