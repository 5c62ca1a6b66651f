package dev.mirror.hub;

import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.hub.AccessPolicy.Action;
import dev.mirror.identity.Principal;
import dev.mirror.identity.UserId;
import dev.mirror.message.ClientMessage;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.message.ServerMessage;
import dev.mirror.spi.Conversations;
import dev.mirror.spi.Conversations.Conversation;
import dev.mirror.spi.Conversations.Mark;
import org.jspecify.annotations.Nullable;

/** How far conversations were received and read: what one session says and asks (W46 to W48). Owned by its lane. */
final class Marks {
    private final Session session;
    private final Hub hub;
    private final Answers answers;
    private @Nullable TokenBucket rate; // made when it is first needed: most connections are idle

    Marks(Session session, Hub hub, Answers answers) {
        this.session = session;
        this.hub = hub;
        this.answers = answers;
    }

    void mark(Principal principal, ClientMessage.Mark message) {
        ChannelName channel = message.channel();
        if (channel.kind() != ChannelKind.DIRECT) {
            session.refuse(message.id(), ErrorCode.BAD_CHANNEL, 0, "only a channel A.B of two users has marks");
            return;
        }
        if (!answers.allowed(principal, message.id(), Action.HISTORY, channel) || !mayAsk(message.id())) {
            return;
        }
        Mark mark = new Mark(message.epoch(), message.received(), message.read());
        answers.when(message.id(), hub.conversations.mark(principal.user(), channel, mark), merged -> {
            if (message.id() != null) {
                String data = Data.object(json -> {
                    json.writeNumberField("received", merged.received());
                    json.writeNumberField("read", merged.read());
                });
                Position received = new Position(merged.epoch(), merged.received());
                session.send(new ServerMessage.Ok(message.id(), channel, received, data));
            }
            hub.directs.marked(session, principal.user(), channel, merged);
        });
    }

    void list(Principal principal, ClientMessage.Conversations message) {
        if (mayAsk(message.id())) {
            UserId user = principal.user();
            answers.when(
                    message.id(),
                    hub.conversations.of(user, Conversations.MAX_LISTED),
                    listed -> answers.ok(message.id(), null, data(user, listed)));
        }
    }

    private boolean mayAsk(@Nullable String request) {
        if (rate == null) {
            rate = hub.publishRate();
        }
        return answers.within(rate, request, "at most " + hub.options.publishesPerSecond + " marks and lists a second");
    }

    private static String data(UserId user, Conversations.Listed listed) {
        return Data.object(json -> {
            json.writeNumberField("count", listed.conversations().size());
            json.writeBooleanField("more", listed.more());
            json.writeArrayFieldStart("conversations");
            for (Conversation each : listed.conversations()) {
                json.writeStartObject();
                json.writeStringField("channel", each.channel().canonical());
                json.writeStringField("epoch", each.tail().epoch());
                json.writeNumberField("offset", each.tail().offset());
                json.writeNumberField("ts", each.timetoken() / Publication.TIMETOKENS_PER_MILLI);
                json.writeNumberField(
                        "unread", each.tail().offset() - each.mine().read());
                json.writeNumberField("received", each.mine().received());
                json.writeNumberField("read", each.mine().read());
                json.writeObjectFieldStart("peer");
                json.writeStringField(
                        "userId", Directs.peer(user, each.channel()).value());
                json.writeNumberField("received", each.theirs().received());
                json.writeNumberField("read", each.theirs().read());
                if (each.theirsSeen() != null) {
                    json.writeNumberField("seen", each.theirsSeen().toEpochMilli());
                }
                json.writeEndObject();
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }
}
