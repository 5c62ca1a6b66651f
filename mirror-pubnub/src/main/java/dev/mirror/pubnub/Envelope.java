package dev.mirror.pubnub;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How an entry travels: an object with mirror's id, the publisher, the body as text to the last character, of a copy
 * where the original stands, and which broker sent it as its how manieth on this channel.
 *
 * @param original of a copy: where the original stands
 * @param node names one life of a broker
 * @param number counts what that broker sends on the channel, from 1, so that others see what they missed
 */
record Envelope(Publication.Entry entry, @Nullable Original original, String node, long number) {
    /** Says what was not said through mirror; anybody may call itself anything there. */
    static final UserId STRANGER = new UserId("pubnub");

    private static final String VERSION = "mirror";

    /** Where an original stands. */
    record Original(ChannelName channel, long timetoken) {}

    JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty(VERSION, 1);
        json.addProperty("id", entry.id());
        json.addProperty("by", entry.publisher().value());
        json.addProperty("node", node);
        json.addProperty("number", number);
        if (original != null) {
            json.addProperty("from", original.channel().canonical());
            json.addProperty("at", Long.toString(original.timetoken()));
        }
        json.addProperty("body", entry.body());
        return json;
    }

    /** Reads what was received; what is no envelope becomes one of a stranger. */
    static Envelope of(JsonElement message, long timetoken) {
        return read(message).orElseGet(() -> stranger(message, timetoken));
    }

    private static Optional<Envelope> read(JsonElement message) {
        if (!(message instanceof JsonObject json) || !json.has(VERSION)) {
            return Optional.empty();
        }
        try {
            Optional<UserId> publisher = UserId.parse(text(json, "by"));
            String body = text(json, "body");
            String id = text(json, "id");
            Optional<Original> original = original(json);
            if (publisher.isEmpty() || id.isEmpty() || id.indexOf(0) >= 0 || (json.has("from") && original.isEmpty())) {
                return Optional.empty();
            }
            Publication.Entry entry = new Publication.Entry(publisher.get(), id, body);
            long number = Long.parseLong(text(json, "number"));
            return Optional.of(new Envelope(entry, original.orElse(null), text(json, "node"), number));
        } catch (IllegalStateException | UnsupportedOperationException | NumberFormatException strange) {
            return Optional.empty();
        }
    }

    private static String text(JsonObject json, String key) {
        JsonElement value = json.get(key);
        if (value == null || !value.isJsonPrimitive()) {
            throw new IllegalStateException(key);
        }
        return value.getAsString();
    }

    private static Optional<Original> original(JsonObject json) {
        if (!json.has("from")) {
            return Optional.empty();
        }
        long timetoken = Long.parseLong(text(json, "at"));
        return ChannelName.parse(text(json, "from"))
                .filter(channel -> timetoken > 0)
                .map(channel -> new Original(channel, timetoken));
    }

    /** As the gateway does: an object says itself that nobody looked at what it says of its speaker. */
    private static Envelope stranger(JsonElement message, long timetoken) {
        JsonElement body = message;
        if (message instanceof JsonObject object) {
            JsonObject marked = object.deepCopy();
            marked.add("unverified", new JsonPrimitive(true));
            body = marked;
        }
        Publication.Entry entry = new Publication.Entry(STRANGER, "pubnub-" + timetoken, body.toString());
        return new Envelope(entry, null, "", 0);
    }

    /** As a publication of the log of this channel. */
    Publication at(ChannelName channel, String epoch, long timetoken) {
        Position position = new Position(epoch, timetoken);
        if (original == null) {
            return new Publication(channel, position, timetoken, entry, null);
        }
        Position first = new Position(epoch, original.timetoken());
        return new Publication(
                channel, position, original.timetoken(), entry, new Publication.Origin(original.channel(), first));
    }
}
