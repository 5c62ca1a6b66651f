package dev.mirror.pubnub;

import com.pubnub.api.PNConfiguration;
import com.pubnub.api.PubNub;
import com.pubnub.api.PubNubException;
import com.pubnub.api.UserId;
import com.pubnub.api.enums.PNLogVerbosity;
import com.pubnub.api.enums.PNReconnectionPolicy;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;

/** How the SDK is set up. */
final class Client {
    /** How many messages PubNub keeps for a poll; an answer with as many may have lost some. */
    static final int POLLED_AT_ONCE = 100;
    /** Who this broker is to PubNub, whoever speaks through it. */
    static final String NAME = "mirror";

    private Client() {}

    /** One for requests that are answered at once. It holds the secret key, if there is one. */
    static PubNub forRequests(PubNubBrokerOptions options) {
        PNConfiguration configuration = configuration(options);
        options.secretKey().ifPresent(configuration::setSecretKey);
        configuration.setStartSubscriberThread(false);
        return new PubNub(configuration);
    }

    /** One for a subscription. It proves itself by a token, and never tries anything again by itself. */
    static PubNub forPolls(PubNubBrokerOptions options) {
        PNConfiguration configuration = configuration(options);
        configuration.setReconnectionPolicy(PNReconnectionPolicy.NONE);
        configuration.setSuppressLeaveEvents(true);
        configuration.setRequestMessageCountThreshold(POLLED_AT_ONCE);
        return new PubNub(configuration);
    }

    private static PNConfiguration configuration(PubNubBrokerOptions options) {
        try {
            PNConfiguration configuration = new PNConfiguration(new UserId(NAME));
            configuration.setPublishKey(options.publishKey());
            configuration.setSubscribeKey(options.subscribeKey());
            options.origin().ifPresent(configuration::setOrigin);
            configuration.setSecure(options.secure());
            int seconds = (int) Math.max(1, options.request().toSeconds());
            configuration.setConnectTimeout(seconds);
            configuration.setNonSubscribeRequestTimeout(seconds);
            configuration.setLogVerbosity(PNLogVerbosity.NONE);
            return configuration;
        } catch (PubNubException impossible) {
            throw new MirrorException(ErrorCode.INTERNAL, "PubNub's SDK refuses its settings", impossible);
        }
    }
}
