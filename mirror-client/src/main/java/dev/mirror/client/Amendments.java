package dev.mirror.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mirror.client.ChannelEvent.Amendment;
import dev.mirror.client.ChannelEvent.Amendment.Kind;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.JsonCodec;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Amendments as they stand on the wire (W49): how to write one, and what counts as one. Pure. */
final class Amendments {
    /** The longest reaction, in UTF-16 units (W51). */
    private static final int MAX_REACTION = 64;
    /** Up to here every whole number is one in a browser, too. */
    private static final long MAX_OFFSET = (1L << 53) - 1;

    private Amendments() {}

    /** @throws MirrorException with {@code bad.frame} if there is no new data */
    static String edit(Position original, String json) {
        if (json.equals("null")) {
            throw new MirrorException(ErrorCode.BAD_FRAME, "an edit has new data; to take it back, delete");
        }
        return amend(original, "\"edit\":" + json);
    }

    static String delete(Position original) {
        return amend(original, "\"delete\":true");
    }

    /** @throws MirrorException with {@code bad.frame} if it is no reaction */
    static String react(Position original, String value) {
        return amend(original, "\"react\":" + reaction(value));
    }

    /** @throws MirrorException with {@code bad.frame} if it is no reaction */
    static String unreact(Position original, String value) {
        return amend(original, "\"unreact\":" + reaction(value));
    }

    private static String reaction(String value) {
        if (!isReaction(value)) {
            throw new MirrorException(ErrorCode.BAD_FRAME, "a reaction has 1 to " + MAX_REACTION + " characters");
        }
        return JsonCodec.quote(value);
    }

    private static boolean isReaction(String value) {
        return !value.isEmpty() && value.length() <= MAX_REACTION;
    }

    private static String amend(Position original, String what) {
        return "{\"amend\":{\"epoch\":" + JsonCodec.quote(original.epoch()) + ",\"offset\":" + original.offset() + ","
                + what + "}}";
    }

    /** Whether a publication is not to be shown itself. */
    static boolean isOne(ChannelEvent event) {
        if (!event.data().contains("\"amend\"")) {
            return false;
        }
        JsonNode body = event.json();
        return body.has("amend") && !body.has("value");
    }

    /** Empty if it is none, or one that counts for nothing (W52). */
    static Optional<Amendment> read(ChannelEvent event) {
        if (!isOne(event)) {
            return Optional.empty();
        }
        JsonNode amend = event.json().path("amend");
        Position place = event.position();
        long target = offset(amend.path("offset"));
        boolean earlier = target > 0 && target < place.offset();
        if (!earlier || !amend.path("epoch").isTextual() || amend.size() != 3) {
            return Optional.empty();
        }
        Position original = new Position(place.epoch(), target);
        boolean sameLog = place.epoch().equals(amend.path("epoch").textValue());
        return sameLog ? Optional.ofNullable(read(event, original, amend)) : Optional.empty();
    }

    /** A whole number however it is written, as folding takes it; 0 if it is none. */
    private static long offset(JsonNode number) {
        double value = number.isNumber() ? number.doubleValue() : 0;
        return value == Math.rint(value) && value <= MAX_OFFSET ? (long) value : 0;
    }

    /** Epoch and offset are there, so one more field is. */
    private static @Nullable Amendment read(ChannelEvent event, Position original, JsonNode amend) {
        if (amend.hasNonNull("edit")) {
            return new Amendment(event, original, Kind.EDIT, amend.path("edit").toString());
        }
        if (amend.path("delete").booleanValue()) {
            return new Amendment(event, original, Kind.DELETE, "");
        }
        Kind kind = amend.has("react") ? Kind.REACT : Kind.UNREACT;
        JsonNode value = amend.path(kind == Kind.REACT ? "react" : "unreact");
        return value.isTextual() && isReaction(value.textValue())
                ? new Amendment(event, original, kind, value.textValue())
                : null;
    }
}
