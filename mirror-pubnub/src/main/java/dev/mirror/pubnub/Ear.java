package dev.mirror.pubnub;

import com.pubnub.api.PubNub;
import com.pubnub.api.callbacks.SubscribeCallback;
import com.pubnub.api.enums.PNStatusCategory;
import com.pubnub.api.models.consumer.PNStatus;
import com.pubnub.api.models.consumer.pubsub.PNMessageResult;
import java.util.function.Consumer;

/**
 * Hears what the SDK says, on the SDK's thread, and hands it over: an exception in here would end that thread, and time
 * spent here would hold up the next poll.
 */
final class Ear extends SubscribeCallback.BaseSubscribeCallback {
    private final Shard shard;
    private final int life;
    private final Consumer<Events.Event> inlet;

    /** @param inlet takes an event at once, without an exception */
    Ear(Shard shard, int life, Consumer<Events.Event> inlet) {
        this.shard = shard;
        this.life = life;
        this.inlet = inlet;
    }

    @Override
    public void message(PubNub sdk, PNMessageResult message) {
        if (message.getTimetoken() != null && message.getChannel() != null && message.getMessage() != null) {
            inlet.accept(new Events.Message(shard, message.getChannel(), message.getTimetoken(), message.getMessage()));
        }
    }

    @Override
    public void status(PubNub sdk, PNStatus status) {
        PNStatusCategory category = status.getCategory();
        if (category == PNStatusCategory.PNRequestMessageCountExceededCategory) {
            inlet.accept(new Events.Crowded(shard));
        } else if (status.isError()) {
            inlet.accept(new Events.Broken(shard, life, category + ", status " + status.getStatusCode()));
        } else if (category == PNStatusCategory.PNConnectedCategory
                || category == PNStatusCategory.PNReconnectedCategory) {
            inlet.accept(new Events.Connected(shard, life));
        }
    }
}
