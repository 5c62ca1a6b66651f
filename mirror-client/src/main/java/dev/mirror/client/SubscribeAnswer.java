package dev.mirror.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.message.ServerMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the server says to one wanted channel (W29).
 *
 * @param end where the log ended; {@code null} if it was refused
 * @param failure why it was refused; {@code null} if it was not
 * @param afterMillis when to ask again
 */
record SubscribeAnswer(@Nullable Position end, @Nullable MirrorException failure, long afterMillis) {
    /** One for each wanted channel, in order. */
    static List<SubscribeAnswer> of(ServerMessage.Ok ok) {
        JsonNode channels = ok.data() == null ? null : Json.read(ok.data()).get("channels");
        if (channels == null) {
            return List.of(new SubscribeAnswer(ok.position(), null, 0));
        }
        List<SubscribeAnswer> answers = new ArrayList<>();
        channels.forEach(channel -> answers.add(of(channel)));
        return answers;
    }

    /** What the answer to a question for history says of where the log begins: the position before its oldest. */
    static @Nullable Position beforeOldest(ServerMessage.Ok ok) {
        Position end = ok.position();
        if (end == null || ok.data() == null) {
            return null;
        }
        long first = Json.read(ok.data()).path("first").asLong(1);
        return new Position(end.epoch(), Math.max(0, Math.min(first - 1, end.offset())));
    }

    private static SubscribeAnswer of(JsonNode channel) {
        JsonNode error = channel.get("error");
        if (error != null) {
            ErrorCode code = ErrorCode.ofWire(error.path("name").asText());
            return new SubscribeAnswer(
                    null,
                    new MirrorException(code, error.path("detail").asText()),
                    error.path("afterMs").asLong());
        }
        Position end = new Position(
                channel.path("epoch").asText(), channel.path("offset").asLong(-1));
        return new SubscribeAnswer(end, null, 0);
    }
}
