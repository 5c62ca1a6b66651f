package dev.mirror.hub;

import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.identity.Principal;
import dev.mirror.identity.SessionId;
import dev.mirror.identity.UserId;
import dev.mirror.message.ClientMessage;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.Publication.Entry;
import dev.mirror.spi.Draft;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a direct message leads to. Pure: a request and who made it in, steps out; it touches no session, so it
 * decides the same for every transport and on every node.
 */
final class DirectRouter {
    private DirectRouter() {}

    /** One thing that has to be done; the steps of a request are done in order. */
    sealed interface Step {
        /** Tell every connection of the receiver that the conversation was opened, or keep it until there is one. */
        record Relay(UserId receiver, String channel) implements Step {}

        /** Publish in the conversation. */
        record Publish(ChannelName channel, String data) implements Step {}

        /** Do nothing else; the request breaks a rule. */
        record Refuse(ErrorCode error, String detail) implements Step {}
    }

    /** The steps of a request to open a conversation (W16, W18, W41). */
    static List<Step> route(Principal principal, SessionId session, ClientMessage.Direct request) {
        String user = principal.user().value();
        if (request.channel().kind() != ChannelKind.DIRECT) {
            return refuse(ErrorCode.BAD_CHANNEL, "a direct message goes to a channel A.B, from A to B");
        }
        boolean ownName = request.userId().isEmpty() || request.userId().equals(user);
        boolean ownConnection =
                request.websocketId().isEmpty() || request.websocketId().equals(session.value());
        if (!ownName || !ownConnection || !request.channel().sender().equals(principal.user())) {
            return refuse(ErrorCode.NOT_ALLOWED, "the sender, before the dot, has to be yourself");
        }
        Step relay =
                new Step.Relay(request.channel().receiver(), request.channel().toString());
        @Nullable String data = request.data();
        return data == null ? List.of(relay) : List.of(relay, new Step.Publish(request.channel(), data));
    }

    /** What a publication on a channel is stored as: on a direct channel with a copy for both inboxes (W42). */
    static Draft draft(ChannelName channel, Entry entry) {
        if (channel.kind() != ChannelKind.DIRECT) {
            return new Draft(channel, List.of(), entry);
        }
        ChannelName one = ChannelName.inbox(channel.sender());
        ChannelName other = ChannelName.inbox(channel.receiver());
        return new Draft(channel, one.equals(other) ? List.of(one) : List.of(one, other), entry);
    }

    private static List<Step> refuse(ErrorCode error, String detail) {
        return List.of(new Step.Refuse(error, detail));
    }
}
