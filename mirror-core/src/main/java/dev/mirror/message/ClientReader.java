package dev.mirror.message;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.mirror.channel.ChannelName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what clients say. Pure: bytes in, a message out, {@link ClientMessage.Malformed} for what is none. */
final class ClientReader {
    private static final String DETAIL_CHANNEL =
            "a channel is an id, id.id, @id or space:name; an id has 1 to 64 of A-Z a-z 0-9 _ -";

    private final Protocol protocol;

    ClientReader(Protocol protocol) {
        this.protocol = protocol;
    }

    ClientMessage read(byte[] buffer, int offset, int length) {
        Envelope envelope = new Envelope(Envelope.JSON, protocol);
        try {
            if (protocol != Protocol.V1 || !FlatReader.read(envelope, buffer, offset, length)) {
                envelope.read(buffer, offset, length);
                requireId(envelope);
            }
            MessageCode code = MessageCode.ofWire(envelope.code);
            if (code == null) {
                return unknown(envelope);
            }
            return protocol == Protocol.V1 ? versionOne(code, envelope) : versionTwo(code, envelope);
        } catch (BadChannel bad) {
            return new ClientMessage.Malformed(envelope.id, ErrorCode.BAD_CHANNEL, DETAIL_CHANNEL);
        } catch (IOException | IllegalArgumentException bad) {
            return new ClientMessage.Malformed(envelope.id, ErrorCode.BAD_FRAME, detail(bad));
        }
    }

    /** Of clients only: what the server says of what it has must be readable, whatever was taken before this rule. */
    private static void requireId(Envelope envelope) throws IOException {
        String id = envelope.id;
        if (id != null && id.indexOf(0) >= 0) {
            envelope.id = null;
            throw new IOException("an id has no character U+0000");
        }
    }

    private static ClientMessage versionOne(MessageCode code, Envelope envelope) throws IOException {
        return switch (code) {
            case REGISTER_USER_ID -> new ClientMessage.Register(null, envelope.websocketId, envelope.userId);
            case MESSAGE_DIRECT ->
                new ClientMessage.Direct(null, channel(envelope.channel), envelope.websocketId, envelope.userId, null);
            default -> unknown(envelope);
        };
    }

    private static ClientMessage versionTwo(MessageCode code, Envelope envelope) throws IOException {
        String id = envelope.id;
        return switch (code) {
            case REGISTER_USER_ID -> new ClientMessage.Register(id, envelope.websocketId, envelope.userId);
            case MESSAGE_DIRECT ->
                new ClientMessage.Direct(
                        id, channel(envelope.channel), envelope.websocketId, envelope.userId, said(envelope));
            case CHANNEL_SUBSCRIBE -> new ClientMessage.Subscribe(id, wanted(envelope));
            case CHANNEL_UNSUBSCRIBE -> new ClientMessage.Unsubscribe(id, channel(envelope.channel));
            case CHANNEL_PUBLISH -> new ClientMessage.Publish(id, channel(envelope.channel), required(said(envelope)));
            case CHANNEL_HISTORY -> history(envelope);
            case DIRECT_MARK -> mark(envelope);
            case DIRECT_LIST -> new ClientMessage.Conversations(id);
            case SIGNAL_SEND -> new ClientMessage.Signal(id, channel(envelope.channel), required(said(envelope)));
            case PRESENCE_WATCH -> new ClientMessage.Presence(id, channel(envelope.channel), true);
            case PRESENCE_UNWATCH -> new ClientMessage.Presence(id, channel(envelope.channel), false);
            case AUTH_REFRESH -> refresh(envelope);
            case SESSION_PING -> new ClientMessage.Ping(id);
            default -> unknown(envelope);
        };
    }

    private static ClientMessage.Malformed unknown(Envelope envelope) {
        return new ClientMessage.Malformed(
                envelope.id, ErrorCode.UNKNOWN_CODE, "the code is not one that a client may send here");
    }

    /** Data, or the message as a chat payload (W35). */
    private static @Nullable String said(Envelope envelope) throws IOException {
        if (envelope.data != null || envelope.message.isEmpty()) {
            return envelope.data;
        }
        return "{\"value\":" + JsonCodec.quote(envelope.message) + "}";
    }

    private static String required(@Nullable String data) throws IOException {
        if (data == null) {
            throw new IOException("there is neither data nor a message");
        }
        return data;
    }

    private static List<ClientMessage.Subscribe.Wanted> wanted(Envelope envelope) throws IOException {
        List<ClientMessage.Subscribe.Wanted> wanted = new ArrayList<>();
        if (!envelope.channel.isEmpty()) {
            wanted.add(new ClientMessage.Subscribe.Wanted(channel(envelope.channel), position(envelope)));
            return wanted;
        }
        each(required(envelope.data), (key, parser) -> {
            if (key.equals("channels")) {
                expect(parser.currentToken() == JsonToken.START_ARRAY);
                readWanted(parser, wanted);
            }
        });
        expect(!wanted.isEmpty());
        return wanted;
    }

    private static void readWanted(JsonParser parser, List<ClientMessage.Subscribe.Wanted> wanted) throws IOException {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            expect(parser.currentToken() == JsonToken.START_OBJECT);
            Envelope one = new Envelope(Envelope.JSON, Protocol.V2);
            one.fields(parser);
            wanted.add(new ClientMessage.Subscribe.Wanted(channel(one.channel), position(one)));
        }
    }

    private static ClientMessage history(Envelope envelope) throws IOException {
        boolean[] backward = {true};
        long[] numbers = new long[2];
        each(envelope.data, (key, parser) -> {
            switch (key) {
                case "limit" -> numbers[0] = number(parser, Integer.MAX_VALUE);
                case "ts" -> numbers[1] = number(parser, Long.MAX_VALUE / Publication.TIMETOKENS_PER_MILLI);
                case "backward" -> backward[0] = parser.getBooleanValue();
                default -> {}
            }
        });
        Position from = position(envelope);
        expect(from == null || numbers[1] == 0);
        return new ClientMessage.History(
                envelope.id, channel(envelope.channel), from, numbers[1], backward[0], (int) numbers[0]);
    }

    private static ClientMessage mark(Envelope envelope) throws IOException {
        long[] offsets = {-1, -1};
        each(required(envelope.data), (key, parser) -> {
            switch (key) {
                case "received" -> offsets[0] = number(parser, Long.MAX_VALUE);
                case "read" -> offsets[1] = number(parser, Long.MAX_VALUE);
                default -> {}
            }
        });
        expect(offsets[0] >= 0 || offsets[1] >= 0);
        String epoch = new Position(envelope.epoch, 0).epoch();
        return new ClientMessage.Mark(
                envelope.id, channel(envelope.channel), epoch, Math.max(0, offsets[0]), Math.max(0, offsets[1]));
    }

    private static ClientMessage refresh(Envelope envelope) throws IOException {
        @Nullable String[] token = new @Nullable String[1];
        each(required(envelope.data), (key, parser) -> {
            if (key.equals("token")) {
                expect(parser.currentToken() == JsonToken.VALUE_STRING);
                token[0] = parser.getText();
            }
        });
        @Nullable String found = token[0];
        if (found == null) {
            throw new IOException("the data has no token");
        }
        return new ClientMessage.Refresh(envelope.id, found);
    }

    /** Reads one field of an object, on whose value the parser stands; what it leaves is skipped. */
    @FunctionalInterface
    private interface Field {
        void read(String key, JsonParser value) throws IOException;
    }

    private static void each(@Nullable String object, Field field) throws IOException {
        if (object == null) {
            return;
        }
        try (JsonParser parser = Envelope.JSON.createParser(object)) {
            expect(parser.nextToken() == JsonToken.START_OBJECT);
            for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
                parser.nextToken();
                field.read(key, parser);
                parser.skipChildren();
            }
        }
    }

    private static long number(JsonParser parser, long most) throws IOException {
        expect(parser.currentToken() == JsonToken.VALUE_NUMBER_INT);
        long number = parser.getLongValue();
        expect(number >= 0 && number <= most);
        return number;
    }

    private static @Nullable Position position(Envelope envelope) throws IOException {
        if (envelope.epoch.isEmpty() && envelope.offset < 0) {
            return null;
        }
        expect(!envelope.epoch.isEmpty() && envelope.offset >= 0);
        return new Position(envelope.epoch, envelope.offset);
    }

    private static ChannelName channel(String name) throws BadChannel {
        Optional<ChannelName> channel = ChannelName.parse(name);
        if (channel.isEmpty()) {
            throw new BadChannel();
        }
        return channel.get();
    }

    private static void expect(boolean condition) throws IOException {
        if (!condition) {
            throw new IOException("the data does not fit the code; see docs/protocol.md");
        }
    }

    /** What the sender should change; never a piece of what was sent. */
    private static String detail(Exception bad) {
        boolean ours = bad.getClass() == IOException.class || bad instanceof IllegalArgumentException;
        String message = bad.getMessage();
        return ours && message != null ? message : "not a JSON object that keeps the rules of the protocol";
    }

    /** Marks a name that breaks the grammar on its way to {@link #read}. */
    private static final class BadChannel extends IOException {
        private static final long serialVersionUID = 1L;

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }
}
