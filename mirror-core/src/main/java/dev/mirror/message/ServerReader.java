package dev.mirror.message;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.Publication.Entry;
import dev.mirror.message.Publication.Origin;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Reads what the server says, for clients. Pure; what cannot be read becomes {@link ServerMessage.Unknown}. */
final class ServerReader {
    private ServerReader() {}

    static ServerMessage read(byte[] buffer, int offset, int length) {
        Envelope envelope = new Envelope(Envelope.SERVER_JSON, Protocol.V2);
        try {
            envelope.read(buffer, offset, length);
            MessageCode code = MessageCode.ofWire(envelope.code);
            return code == null ? new ServerMessage.Unknown(envelope.code) : message(code, envelope);
        } catch (IOException | IllegalArgumentException | NoSuchElementException | ArithmeticException unreadable) {
            return new ServerMessage.Unknown(envelope.code);
        }
    }

    static List<ServerMessage.Event> history(String data) {
        List<ServerMessage.Event> events = new ArrayList<>();
        try (JsonParser parser = Envelope.SERVER_JSON.createParser(data)) {
            parser.nextToken();
            for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
                JsonToken value = parser.nextToken();
                if (key.equals("events") && value == JsonToken.START_ARRAY) {
                    while (parser.nextToken() == JsonToken.START_OBJECT) {
                        byte[] frame = copy(parser).getBytes(StandardCharsets.UTF_8);
                        if (read(frame, 0, frame.length) instanceof ServerMessage.Event event) {
                            events.add(event);
                        }
                    }
                } else {
                    parser.skipChildren();
                }
            }
        } catch (IOException unreadable) {
            throw new MirrorException(ErrorCode.BAD_FRAME, "the data is not a history", unreadable);
        }
        return events;
    }

    private static ServerMessage message(MessageCode code, Envelope envelope) throws IOException {
        return switch (code) {
            case REGISTERED_SUCCESS ->
                new ServerMessage.Hello(envelope.websocketId, envelope.userId, envelope.channel, envelope.data);
            case SUBSCRIBE_DIRECT -> new ServerMessage.Relay(envelope.channel);
            case REPLY_OK ->
                new ServerMessage.Ok(
                        envelope.re,
                        envelope.channel.isEmpty() ? null : channel(envelope),
                        position(envelope),
                        envelope.data);
            case REPLY_ERROR -> refused(envelope);
            case CHANNEL_EVENT -> event(envelope);
            case CHANNEL_GAP -> new ServerMessage.Gap(channel(envelope), new Position(envelope.epoch, envelope.offset));
            case SIGNAL_EVENT ->
                new ServerMessage.Signal(
                        channel(envelope), new UserId(envelope.userId), envelope.data == null ? "null" : envelope.data);
            case DIRECT_MARKED -> marked(envelope);
            case PRESENCE_EVENT -> presence(envelope);
            case AUTH_EXPIRING -> new ServerMessage.Expiring(Long.parseLong(field(envelope.data, "exp")));
            case SESSION_BYE -> bye(envelope);
            default -> new ServerMessage.Unknown(envelope.code);
        };
    }

    private static ServerMessage refused(Envelope envelope) throws IOException {
        Map<String, String> error = flat(envelope.error);
        return new ServerMessage.Refused(
                envelope.re,
                ErrorCode.ofWire(error.getOrDefault("name", "")),
                Long.parseLong(error.getOrDefault("afterMs", "0")),
                error.getOrDefault("detail", ""));
    }

    private static ServerMessage presence(Envelope envelope) throws IOException {
        Map<String, String> data = flat(envelope.data);
        return new ServerMessage.Presence(
                channel(envelope),
                new UserId(envelope.userId),
                data.getOrDefault("name", ""),
                Boolean.parseBoolean(data.get("joined")),
                Long.parseLong(data.getOrDefault("version", "0")));
    }

    private static ServerMessage marked(Envelope envelope) throws IOException {
        Map<String, String> data = flat(envelope.data);
        return new ServerMessage.Marked(
                channel(envelope),
                new UserId(envelope.userId),
                envelope.epoch,
                Long.parseLong(data.getOrDefault("received", "0")),
                Long.parseLong(data.getOrDefault("read", "0")));
    }

    private static ServerMessage bye(Envelope envelope) throws IOException {
        Map<String, String> data = flat(envelope.data);
        CloseReason reason =
                new CloseReason(Integer.parseInt(data.getOrDefault("code", "1000")), data.getOrDefault("name", ""));
        return new ServerMessage.Bye(reason, Long.parseLong(data.getOrDefault("afterMs", "0")));
    }

    private static ServerMessage event(Envelope envelope) throws IOException {
        ChannelName channel = channel(envelope);
        String body = envelope.data == null ? "null" : envelope.data;
        Origin origin = null;
        if (channel.kind() == ChannelKind.INBOX) {
            Map<String, String> copy = flat(body);
            ChannelName conversation =
                    ChannelName.parse(copy.getOrDefault("channel", "")).orElseThrow();
            origin = new Origin(
                    conversation,
                    new Position(copy.getOrDefault("epoch", ""), Long.parseLong(copy.getOrDefault("offset", "-1"))));
            body = copy.getOrDefault("data", "null");
        }
        Entry entry = new Entry(new UserId(envelope.userId), envelope.id == null ? "" : envelope.id, body);
        return new ServerMessage.Event(
                channel,
                new Publication(
                        channel,
                        new Position(envelope.epoch, envelope.offset),
                        Math.multiplyExact(envelope.ts, Publication.TIMETOKENS_PER_MILLI),
                        entry,
                        origin));
    }

    private static ChannelName channel(Envelope envelope) {
        return ChannelName.parse(envelope.channel).orElseThrow();
    }

    private static @Nullable Position position(Envelope envelope) {
        return envelope.epoch.isEmpty() ? null : new Position(envelope.epoch, envelope.offset);
    }

    private static String field(@Nullable String json, String key) throws IOException {
        return flat(json).getOrDefault(key, "");
    }

    /** The fields of an object: strings as their text, anything else as JSON. */
    private static Map<String, String> flat(@Nullable String json) throws IOException {
        Map<String, String> fields = new HashMap<>();
        if (json == null) {
            return fields;
        }
        try (JsonParser parser = Envelope.SERVER_JSON.createParser(json)) {
            parser.nextToken();
            for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
                JsonToken value = parser.nextToken();
                boolean isText = value == JsonToken.VALUE_STRING && !key.equals("data");
                fields.put(key, isText ? parser.getText() : copy(parser));
            }
        }
        return fields;
    }

    private static String copy(JsonParser parser) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = Envelope.JSON.createGenerator(text)) {
            Envelope.copy(parser, generator);
        }
        return text.toString();
    }
}
