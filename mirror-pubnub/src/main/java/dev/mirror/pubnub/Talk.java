package dev.mirror.pubnub;

import com.google.gson.JsonObject;
import com.pubnub.api.PubNub;
import com.pubnub.api.PubNubException;
import com.pubnub.api.endpoints.History;
import com.pubnub.api.models.consumer.access_manager.v3.ChannelGrant;
import com.pubnub.api.models.consumer.history.PNHistoryItemResult;
import dev.mirror.channel.ChannelName;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Publication;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of the service and answered at once, tried again where that can help. Blocks; safe for any thread. It
 * has an instance of the SDK to itself, so that a burst of publishes holds up no poll.
 */
final class Talk implements AutoCloseable {
    /** The most that one request for history yields. */
    static final int PAGE = 100;
    /** The most that a message may have, in bytes of UTF-8. */
    static final int MESSAGE_BYTES = 32 << 10;

    private static final int TOKEN_MINUTES = 60;

    private final PubNub sdk;
    private final Retry retry;
    private final String epoch;
    private final boolean grants;

    /**
     * Some messages of a channel, in order.
     *
     * @param received how many the service gave; fewer than asked for at the end of the log
     * @param last the timetoken of the last one received, 0 without one
     */
    record Page(List<Heard> messages, int received, long last) {}

    /** One message and where it stands. */
    record Heard(Publication publication, Envelope envelope) {}

    Talk(PubNubBrokerOptions options, Retry retry, String epoch) {
        this.sdk = Client.forRequests(options);
        this.retry = retry;
        this.epoch = epoch;
        this.grants = options.secretKey().isPresent();
    }

    /** The service's time, as a timetoken. */
    long time() {
        return retry.until(again -> timetoken(sdk.time().sync().getTimetoken()));
    }

    /**
     * Publishes once, however often it has to be tried; returns the timetoken.
     *
     * @param doubted whether it was tried before, with an outcome that is not known
     */
    long publish(ChannelName channel, Envelope envelope, boolean doubted) {
        JsonObject message = envelope.toJson();
        int bytes = Publication.utf8Length(message.toString());
        if (bytes > MESSAGE_BYTES) {
            throw new MirrorException(
                    ErrorCode.TOO_LARGE, "PubNub takes " + MESSAGE_BYTES + " bytes, and this needs " + bytes);
        }
        String name = Names.of(channel);
        return retry.until(again -> {
            // PubNub knows no id: whether the try before came through, only the log can tell.
            OptionalLong before = doubted || again ? find(channel, envelope) : OptionalLong.empty();
            return before.isPresent() ? before.getAsLong() : send(name, message);
        });
    }

    /** By POST, which the SDK never sends into a connection that went stale without looking. */
    private long send(String name, JsonObject message) throws PubNubException {
        return timetoken(sdk.publish()
                .channel(name)
                .message(message)
                .usePOST(true)
                .sync()
                .getTimetoken());
    }

    /** What an answer has to have; without it, it is none, and the request is tried again. */
    private static long timetoken(@Nullable Long answered) {
        if (answered == null || answered <= 0) {
            throw new IllegalStateException("no timetoken");
        }
        return answered;
    }

    private OptionalLong find(ChannelName channel, Envelope wanted) throws PubNubException {
        for (Heard heard : read(channel, newest(channel, 0, PAGE)).messages()) {
            Envelope found = heard.envelope();
            boolean sameKind = (found.original() == null) == (wanted.original() == null);
            if (found.entry().equals(wanted.entry()) && sameKind) {
                return OptionalLong.of(heard.publication().position().offset());
            }
        }
        return OptionalLong.empty();
    }

    /** The newest messages before a timetoken, or of all with 0. */
    Page before(ChannelName channel, long timetoken, int limit) {
        return retry.until(again -> read(channel, newest(channel, timetoken, limit)));
    }

    /** The oldest messages after a timetoken, or of all with 0. */
    Page after(ChannelName channel, long timetoken, int limit) {
        return retry.until(
                again -> read(channel, newest(channel, timetoken, limit).reverse(true)));
    }

    private History newest(ChannelName channel, long start, int limit) {
        History request = sdk.history()
                .channel(Names.of(channel))
                .count(Math.min(PAGE, limit))
                .includeTimetoken(true);
        return start == 0 ? request : request.start(start);
    }

    private Page read(ChannelName channel, History request) throws PubNubException {
        List<PNHistoryItemResult> items = request.sync().getMessages();
        List<Heard> messages = new ArrayList<>();
        long last = 0;
        for (PNHistoryItemResult item : items) {
            last = item.getTimetoken();
            Envelope envelope = Envelope.of(item.getEntry(), last);
            messages.add(new Heard(envelope.at(channel, epoch, last), envelope));
        }
        return new Page(messages, items.size(), last);
    }

    /** How many messages there are after a timetoken, by channel. */
    Map<String, Long> counts(List<String> names, List<Long> timetokens) {
        return retry.until(again -> sdk.messageCounts()
                .channels(names)
                .channelsTimetoken(timetokens)
                .sync()
                .getChannels());
    }

    /** A token that lets its bearer read exactly these channels; none without a secret key, or without channels. */
    @Nullable
    String token(List<String> names) {
        if (!grants || names.isEmpty()) {
            return null;
        }
        List<ChannelGrant> exact =
                names.stream().map(name -> ChannelGrant.name(name).read()).toList();
        return retry.until(again -> Objects.requireNonNull(sdk.grantToken(TOKEN_MINUTES)
                .authorizedUUID(Client.NAME)
                .channels(exact)
                .sync()
                .getToken()));
    }

    @Override
    public void close() {
        sdk.forceDestroy();
    }
}
