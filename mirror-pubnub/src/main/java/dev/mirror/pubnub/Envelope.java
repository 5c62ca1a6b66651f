package dev.mirror.pubnub;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.ClientMessage;
import dev.mirror.message.JsonCodec;
import dev.mirror.message.Position;
import dev.mirror.message.Protocol;
import dev.mirror.message.Publication;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
    /** Says what was not said through mirror (W57); anybody may call itself anything there. */
    static final UserId STRANGER = new UserId("pubnub-gateway");

    private static final String VERSION = "mirror";
    /** How long an id, or the name of a broker's life, may be: as long as the wire takes ids. */
    private static final int MAX_NAME = 36;
    /** Stands for what a stranger said that no client could read. */
    private static final String UNREADABLE = "{\"unverified\":true}";

    /** Without a memory for names: they are whatever anybody sends. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

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
            String node = text(json, "node");
            Optional<Original> original = original(json);
            if (publisher.isEmpty() || !isId(id) || !isData(body) || (json.has("from") && original.isEmpty())) {
                return Optional.empty();
            }
            Publication.Entry entry = new Publication.Entry(publisher.get(), id, body);
            long number = Long.parseLong(text(json, "number"));
            return node.length() > MAX_NAME
                    ? Optional.empty()
                    : Optional.of(new Envelope(entry, original.orElse(null), node, number));
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

    private static boolean isId(String text) {
        return !text.isEmpty() && text.length() <= MAX_NAME && text.indexOf(0) < 0 && isUtf8(text);
    }

    /**
     * Whether a body can stand in a frame, where it is put as it is: one value of JSON and nothing beside it, which would
     * be a part of the frame; and one that clients can read, or they would drop the page of history that it is in.
     */
    private static boolean isData(String body) {
        return isUtf8(body) && isOneValue(body) && isReadable(body);
    }

    private static boolean isUtf8(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    private static boolean isOneValue(String body) {
        try (JsonParser parser = JSON.createParser(body)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            parser.finishToken();
            return parser.nextToken() == null;
        } catch (IOException malformed) {
            return false;
        }
    }

    private static boolean isReadable(String body) {
        byte[] frame = ("{\"code\":\"session.ping\",\"data\":" + body + '}').getBytes(StandardCharsets.UTF_8);
        return !(JsonCodec.of(Protocol.V2).decodeClient(frame, 0, frame.length) instanceof ClientMessage.Malformed);
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
        JsonElement shown = message;
        if (message instanceof JsonObject object) {
            JsonObject marked = object.deepCopy();
            marked.add("unverified", new JsonPrimitive(true));
            if (!marked.has("value")) {
                // All strangers are one publisher, so each could change what the others said.
                marked.remove("amend");
            }
            shown = marked;
        }
        String body = shown.toString();
        Publication.Entry entry =
                new Publication.Entry(STRANGER, "pubnub-" + timetoken, isData(body) ? body : UNREADABLE);
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
