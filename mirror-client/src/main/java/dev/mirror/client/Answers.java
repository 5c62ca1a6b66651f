package dev.mirror.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.mirror.channel.ChannelName;
import dev.mirror.client.direct.Conversation;
import dev.mirror.client.direct.Conversations;
import dev.mirror.client.direct.Mark;
import dev.mirror.identity.UserId;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.JsonCodec;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.message.Protocol;
import dev.mirror.message.ServerMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads what the server answered. Pure; an answer that is not what was asked for throws {@code internal}. */
final class Answers {
    private static final JsonCodec CODEC = JsonCodec.of(Protocol.V2);

    private Answers() {}

    /** Of a publication (W35). */
    static Receipt receipt(ServerMessage.Ok ok) {
        ChannelName channel = ok.channel();
        Position position = ok.position();
        if (channel == null || position == null) {
            throw unreadable("a publication");
        }
        JsonNode data = data(ok, "a publication");
        return new Receipt(
                channel,
                position,
                Instant.ofEpochMilli(data.path("ts").asLong()),
                data.path("duplicate").asBoolean());
    }

    /** Of a question for history (W39). */
    static HistoryPage page(ServerMessage.Ok ok, @Nullable UserId me) {
        Position end = ok.position();
        String text = ok.data();
        if (end == null || text == null || me == null) {
            throw unreadable("a history");
        }
        JsonNode data = Json.read(text);
        List<ChannelEvent> events = CODEC.decodeHistory(text).stream()
                .map(event -> ChannelEvent.of(event.channel(), event.publication(), me))
                .toList();
        return new HistoryPage(
                events, end, data.path("first").asLong(), data.path("recovered").asBoolean());
    }

    /** Of a mark (W46). */
    static Mark mark(ServerMessage.Ok ok) {
        Position received = ok.position();
        if (received == null) {
            throw unreadable("a mark");
        }
        return mark(received.epoch(), data(ok, "a mark"));
    }

    private static Mark mark(String epoch, JsonNode data) {
        return new Mark(epoch, data.path("received").asLong(), data.path("read").asLong());
    }

    /** Of a question for the conversations (W48). */
    static Conversations conversations(ServerMessage.Ok ok, @Nullable UserId me) {
        JsonNode data = data(ok, "the conversations");
        JsonNode list = data.path("conversations");
        if (me == null || !list.isArray()) {
            throw unreadable("the conversations");
        }
        List<Conversation> all = new ArrayList<>(list.size());
        try {
            list.forEach(one -> all.add(conversation(one, me)));
        } catch (IllegalArgumentException | NoSuchElementException broken) {
            throw unreadable("the conversations");
        }
        return new Conversations(all, data.path("more").asBoolean());
    }

    private static Conversation conversation(JsonNode one, UserId me) {
        ChannelName channel = ChannelName.parse(one.path("channel").asText()).orElseThrow();
        Position end =
                new Position(one.path("epoch").asText(), one.path("offset").asLong(-1));
        JsonNode peer = one.path("peer");
        return new Conversation(
                ChannelEvent.spelledFor(me, channel),
                end,
                Instant.ofEpochMilli(one.path("ts").asLong()),
                mark(end.epoch(), one),
                new Conversation.Peer(
                        new UserId(peer.path("userId").asText()),
                        mark(end.epoch(), peer),
                        peer.has("seen")
                                ? Instant.ofEpochMilli(peer.path("seen").asLong())
                                : null));
    }

    /**
     * Who is in a room.
     *
     * @param listed by id; of a large room the first by id
     * @param count how many there are
     * @param version of the change that came last; 0 if the server does not say
     */
    record Members(SortedMap<UserId, String> listed, long count, long version) {
        /** Whether the user is certainly not there. */
        boolean lacks(UserId user) {
            boolean all = listed.size() >= count;
            boolean within = !listed.isEmpty() && listed.comparator().compare(user, listed.lastKey()) <= 0;
            return (all || within) && !listed.containsKey(user);
        }
    }

    /** Of a question who is in a room (W45). */
    static Members members(ServerMessage.Ok ok) {
        SortedMap<UserId, String> listed = new TreeMap<>(Comparator.comparing(UserId::value));
        JsonNode data = ok.data() == null ? MissingNode.getInstance() : Json.read(ok.data());
        for (JsonNode member : data.path("members")) {
            UserId.parse(member.path("userId").asText())
                    .ifPresent(user -> listed.put(user, member.path("name").asText()));
        }
        return new Members(
                listed, data.path("count").asLong(), data.path("version").asLong());
    }

    private static JsonNode data(ServerMessage.Ok ok, String asked) {
        if (ok.data() == null) {
            throw unreadable(asked);
        }
        return Json.read(ok.data());
    }

    private static MirrorException unreadable(String asked) {
        return new MirrorException(ErrorCode.INTERNAL, "the answer is not that of " + asked);
    }
}
