package dev.mirror.bench.kill;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mirror.channel.ChannelName;
import dev.mirror.message.Position;
import dev.mirror.simulation.history.Event;
import dev.mirror.simulation.history.Event.Subject;
import org.jspecify.annotations.Nullable;

/** How the clients of the kill runs write requests and read frames. Pure. */
final class Wire {
    /** What stands in every direct message, and must stand nowhere else. */
    static final String SECRET = "secret-";

    private Wire() {}

    static String publish(String code, String id, String channel, String text) {
        return "{\"code\":\"" + code + "\",\"id\":\"" + id + "\",\"channel\":\"" + channel + "\",\"data\":{\"value\":\""
                + text + "\"}}";
    }

    static String history(String id, String channel, @Nullable Position after) {
        return "{\"code\":\"channel.history\",\"id\":\"" + id + "\",\"channel\":\"" + channel + "\"" + place(after)
                + ",\"data\":{\"backward\":false,\"limit\":300}}";
    }

    static String place(@Nullable Position at) {
        return at == null ? "" : ",\"epoch\":\"" + at.epoch() + "\",\"offset\":" + at.offset();
    }

    static @Nullable Position position(JsonNode frame) {
        String epoch = frame.path("epoch").asText("");
        return epoch.isEmpty() ? null : new Position(epoch, frame.path("offset").asLong());
    }

    /** The name that mirror keeps for a channel, whoever spells it. */
    static String canonical(String channel) {
        return ChannelName.parse(channel).map(ChannelName::canonical).orElse(channel);
    }

    static boolean isInbox(String channel) {
        return channel.startsWith("@");
    }

    /** What an event is about. In an inbox the body is that of the announced entry. */
    static Subject subject(JsonNode event) {
        String channel = canonical(event.path("channel").asText());
        JsonNode data = isInbox(channel) ? event.path("data").path("data") : event.path("data");
        String publisher = event.path("userId").asText();
        String stamped = data.path("userId").asText(publisher);
        // Who it says it is from, outside and inside; two names are nobody's.
        String from = stamped.equals(publisher) ? publisher : publisher + " as " + stamped;
        return new Subject(
                channel,
                event.path("id").asText(),
                from,
                position(event),
                Event.hash(data.path("value").asText()));
    }

    /** Where an inbox entry says that its original is: the channel, a space, the offset; empty elsewhere. */
    static String origin(JsonNode event) {
        if (!isInbox(event.path("channel").asText())) {
            return "";
        }
        JsonNode entry = event.path("data");
        return canonical(entry.path("channel").asText())
                + ' '
                + entry.path("offset").asLong();
    }
}
