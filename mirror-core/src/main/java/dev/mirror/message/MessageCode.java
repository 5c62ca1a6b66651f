package dev.mirror.message;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The word that says which message a frame is. The first four are those of 2018; the rest are {@code noun.verb}.
 *
 * <p>No other code in mirror compares these strings. Normative meaning: {@code docs/protocol.md}.
 */
public enum MessageCode {
    /** Server: the hello that opens every connection. */
    REGISTERED_SUCCESS("registered.success"),
    /** Client, version 1: confirms who it is; never changes it. */
    REGISTER_USER_ID("register.userId"),
    /** Client: opens a conversation; in version 2 with text or data it also says something. */
    MESSAGE_DIRECT("message.direct"),
    /** Server: somebody opened a conversation with you. */
    SUBSCRIBE_DIRECT("subscribe.direct"),

    /** Client: receive what is published on one or several channels. */
    CHANNEL_SUBSCRIBE("channel.subscribe"),
    /** Client: receive it no longer. */
    CHANNEL_UNSUBSCRIBE("channel.unsubscribe"),
    /** Client: publish on a channel. */
    CHANNEL_PUBLISH("channel.publish"),
    /** Client: read what was published. */
    CHANNEL_HISTORY("channel.history"),
    /** Client: how far a conversation was received and read. */
    DIRECT_MARK("direct.mark"),
    /** Client: which conversations there are, and how they stand. */
    DIRECT_LIST("direct.list"),
    /** Client: tell the present subscribers something that is not kept. */
    SIGNAL_SEND("signal.send"),
    /** Client: hear who joins and leaves a channel. */
    PRESENCE_WATCH("presence.watch"),
    /** Client: hear it no longer. */
    PRESENCE_UNWATCH("presence.unwatch"),
    /** Client: continue this session under a newer token. */
    AUTH_REFRESH("auth.refresh"),
    /** Client: is the server there? */
    SESSION_PING("session.ping"),

    /** Server: the request was carried out. */
    REPLY_OK("reply.ok"),
    /** Server: the request was refused. */
    REPLY_ERROR("reply.error"),
    /** Server: one publication. */
    CHANNEL_EVENT("channel.event"),
    /** Server: publications are missing here. */
    CHANNEL_GAP("channel.gap"),
    /** Server: somebody received or read more of a conversation. */
    DIRECT_MARKED("direct.marked"),
    /** Server: one signal. */
    SIGNAL_EVENT("signal.event"),
    /** Server: somebody joined or left. */
    PRESENCE_EVENT("presence.event"),
    /** Server: the token ends soon. */
    AUTH_EXPIRING("auth.expiring"),
    /** Server: the connection ends now; says why and when to come back. */
    SESSION_BYE("session.bye");

    private static final Map<String, MessageCode> BY_WIRE =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(MessageCode::wire, code -> code));

    private final String wire;

    MessageCode(String wire) {
        this.wire = wire;
    }

    /** The code as it stands on the wire. */
    public String wire() {
        return wire;
    }

    /** The code with this spelling, or {@code null} for one that this version of mirror does not know. */
    static @Nullable MessageCode ofWire(String wire) {
        return BY_WIRE.get(wire);
    }
}
