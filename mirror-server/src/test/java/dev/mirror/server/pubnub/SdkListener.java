package dev.mirror.server.pubnub;

import com.pubnub.api.PNConfiguration;
import com.pubnub.api.PubNub;
import com.pubnub.api.PubNubException;
import com.pubnub.api.UserId;
import com.pubnub.api.callbacks.SubscribeCallback;
import com.pubnub.api.models.consumer.PNStatus;
import com.pubnub.api.models.consumer.objects_api.channel.PNChannelMetadataResult;
import com.pubnub.api.models.consumer.objects_api.membership.PNMembershipResult;
import com.pubnub.api.models.consumer.objects_api.uuid.PNUUIDMetadataResult;
import com.pubnub.api.models.consumer.pubsub.PNMessageResult;
import com.pubnub.api.models.consumer.pubsub.PNPresenceEventResult;
import com.pubnub.api.models.consumer.pubsub.PNSignalResult;
import com.pubnub.api.models.consumer.pubsub.files.PNFileEventResult;
import com.pubnub.api.models.consumer.pubsub.message_actions.PNMessageActionResult;
import dev.mirror.testkit.time.Await;

/** A listener of PubNub's Java SDK that hears nothing, for tests that want to hear one thing. */
public abstract class SdkListener extends SubscribeCallback {
    /** A client of a server on this machine, with the keys {@code sub-} and {@code pub-} of this number. */
    public static PubNub client(int port, int keyset, String user) throws PubNubException {
        PNConfiguration configuration = new PNConfiguration(new UserId(user));
        configuration.setOrigin("127.0.0.1:" + port);
        configuration.setSecure(false);
        configuration.setSubscribeKey("sub-" + keyset);
        configuration.setPublishKey("pub-" + keyset);
        configuration.setNonSubscribeRequestTimeout((int) Await.DEADLINE.toSeconds());
        return new PubNub(configuration);
    }

    @Override
    public void status(PubNub client, PNStatus status) {}

    @Override
    public void message(PubNub client, PNMessageResult message) {}

    @Override
    public void signal(PubNub client, PNSignalResult signal) {}

    @Override
    public void presence(PubNub client, PNPresenceEventResult event) {}

    @Override
    public void messageAction(PubNub client, PNMessageActionResult event) {}

    @Override
    public void uuid(PubNub client, PNUUIDMetadataResult event) {}

    @Override
    public void channel(PubNub client, PNChannelMetadataResult event) {}

    @Override
    public void membership(PubNub client, PNMembershipResult event) {}

    @Override
    public void file(PubNub client, PNFileEventResult event) {}
}
