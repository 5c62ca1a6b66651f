package dev.mirror.examples;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import dev.mirror.spi.Draft;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What {@link CustomBroker} keeps. On the broker's thread only. */
final class Logs {
    static final int MAX_BODY_BYTES = 32_768;

    private final String epoch = UUID.randomUUID().toString();
    private final Map<ChannelName, ChannelLog> byChannel = new HashMap<>();
    private final Map<List<Object>, Publication> byId = new HashMap<>();
    private long timetoken;

    ChannelLog of(ChannelName channel) {
        return byChannel.computeIfAbsent(channel, name -> new ChannelLog(name, epoch));
    }

    /** Checks, recognises a repetition, and adds the entry and its copies in one step. */
    Broker.Receipt publish(Draft draft) {
        Publication.Entry entry = draft.entry();
        require(entry.body().getBytes(StandardCharsets.UTF_8).length <= MAX_BODY_BYTES, ErrorCode.TOO_LARGE);
        List<Object> id = List.of(entry.publisher(), entry.id());
        Publication first = byId.get(id);
        if (first != null) {
            require(first.channel().equals(draft.channel()) && first.entry().equals(entry), ErrorCode.CONFLICT);
            return new Broker.Receipt(first.position(), first.timetoken(), true);
        }
        timetoken = Math.max(timetoken + 1, System.currentTimeMillis() * Publication.TIMETOKENS_PER_MILLI);
        Publication said = of(draft.channel()).append(entry, timetoken, null);
        byId.put(id, said);
        Publication.Origin origin = new Publication.Origin(draft.channel(), said.position());
        draft.copies().forEach(inbox -> of(inbox).append(entry, timetoken, origin));
        return new Broker.Receipt(said.position(), timetoken, false);
    }

    private static void require(boolean condition, ErrorCode otherwise) {
        if (!condition) {
            throw new MirrorException(otherwise, "the publication is refused: " + otherwise.wire());
        }
    }
}
