package dev.mirror.server;

import dev.mirror.pubnub.PubNubBroker;
import dev.mirror.spi.Broker;
import dev.mirror.spi.Conversations;
import dev.mirror.sql.SqlLog;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where channels live.
 *
 * @param log the store's, if they live there
 * @param trouble what keeps the server from being ready
 */
record Place(
        Broker broker,
        Conversations conversations,
        @Nullable SqlLog log,
        Supplier<List<String>> trouble) {
    private static final Logger LOG = System.getLogger(Place.class.getName());

    /** In the store. */
    static Place store(SqlLog log) {
        return new Place(
                log,
                log.conversations(),
                log,
                () -> log.isAvailable() ? List.of() : List.of("the store does not answer"));
    }

    /** In PubNub. Says once what is not private there. */
    static Place pubnub(PubNubBroker broker, boolean secretKey) {
        if (secretKey) {
            LOG.log(
                    Level.INFO,
                    "channels live in PubNub; requests are signed, and the subscription has a token for exactly its"
                            + " channels. Private they are if Access Manager is on in the keyset");
        } else {
            LOG.log(
                    Level.WARNING,
                    "channels live in PubNub without a secret key: whoever knows the subscribe key can read every"
                            + " channel there, conversations of two users and inboxes included, and whoever knows the"
                            + " publish key can write to them as anybody. With --pubnub-secret-key and Access Manager"
                            + " only this server can");
        }
        return new Place(
                broker,
                new NoConversations(),
                null,
                () -> broker.isAvailable() ? List.of() : List.of("PubNub does not answer"));
    }

    List<String> troubles() {
        return trouble.get();
    }
}
