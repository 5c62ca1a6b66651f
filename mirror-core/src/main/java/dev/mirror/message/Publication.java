package dev.mirror.message;

import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import org.jspecify.annotations.Nullable;

/**
 * One accepted entry of a channel's log.
 *
 * @param channel the log that it stands in
 * @param position where it stands there
 * @param timetoken when it was accepted, in units of 100 ns since 1970, strictly increasing in a node
 * @param entry what was said
 * @param origin of a copy in an inbox: where the original stands; {@code null} for an original
 */
public record Publication(
        ChannelName channel,
        Position position,
        long timetoken,
        Entry entry,
        @Nullable Origin origin) {
    /** How many units of a timetoken make a millisecond. */
    public static final long TIMETOKENS_PER_MILLI = 10_000;

    /**
     * What somebody said: the part of a publication that does not depend on where it is kept.
     *
     * @param publisher who said it, as authenticated
     * @param id the publisher's own id for it; a second publish with the same publisher and id is the same entry
     * @param body JSON text that the core never interprets
     */
    public record Entry(UserId publisher, String id, String body) {
        /** How long the body is, in bytes of UTF-8. */
        public int bodyBytes() {
            return utf8Length(body);
        }
    }

    /**
     * Where the original of a copy stands.
     *
     * @param channel the log of the original
     * @param position its position there
     */
    public record Origin(ChannelName channel, Position position) {}

    /** When it was accepted, in milliseconds since 1970. */
    public long timeMillis() {
        return timetoken / TIMETOKENS_PER_MILLI;
    }

    /** How many bytes a text has as UTF-8, without encoding it. */
    public static int utf8Length(String text) {
        int bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                // Each half of a surrogate pair counts 2 of the pair's 4 bytes.
                bytes += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
            }
        }
        return bytes;
    }
}
