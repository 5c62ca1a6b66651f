package dev.mirror.message;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Why a request was refused, and what the asker should do next. An error answers one request; it never ends a
 * connection (that is a {@link CloseReason}). The names are stable: programs may depend on them.
 */
public enum ErrorCode {
    /** The frame is not a message of this protocol: not JSON, a wrong type, a duplicate key, too deep. */
    BAD_FRAME("bad.frame", Retry.NEVER),
    /** The channel's name breaks the grammar. */
    BAD_CHANNEL("bad.channel", Retry.NEVER),
    /** The code is not known here. */
    UNKNOWN_CODE("unknown.code", Retry.NEVER),
    /** The user may not do this; says nothing about whether the channel or anybody exists. */
    NOT_ALLOWED("not.allowed", Retry.NEVER),
    /** There is no such thing, for instance no such user. */
    NOT_FOUND("not.found", Retry.NEVER),
    /** Larger than the limit that the hello stated. */
    TOO_LARGE("too.large", Retry.NEVER),
    /** More, or faster, than a limit allows. */
    TOO_MANY("too.many", Retry.AFTER),
    /** The same id was used for another message. */
    CONFLICT("conflict", Retry.NEVER),
    /** The credentials were not accepted, or there were none. */
    AUTH_REQUIRED("auth.required", Retry.AUTH),
    /** The token has ended. */
    AUTH_EXPIRED("auth.expired", Retry.AUTH),
    /** The log-in was ended: logged out, password changed, account disabled. */
    AUTH_REVOKED("auth.revoked", Retry.AUTH),
    /** The server is at a limit of its own, or going down. */
    BUSY("busy", Retry.AFTER),
    /** There is no room for more in the store; what is there can be read. */
    STORE_FULL("store.full", Retry.AFTER),
    /** The store does not answer; nothing is known of what was asked. The same id asked again finds out. */
    STORE_UNAVAILABLE("store.unavailable", Retry.AFTER),
    /** What is stored there is not what was written, so it is not served. */
    STORE_DAMAGED("store.damaged", Retry.NEVER),
    /** A fault of the server; it is in its log. */
    INTERNAL("internal", Retry.AFTER);

    /** What to do after a refusal. */
    public enum Retry {
        /** The same request will be refused again. */
        NEVER("never"),
        /** Ask again at once. */
        NOW("now"),
        /** Ask again after the stated time. */
        AFTER("after"),
        /** Get a new token first. */
        AUTH("auth");

        private final String wire;

        Retry(String wire) {
            this.wire = wire;
        }

        /** The word on the wire. */
        public String wire() {
            return wire;
        }
    }

    private static final Map<String, ErrorCode> BY_WIRE =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(ErrorCode::wire, code -> code));

    private final String wire;
    private final Retry retry;

    ErrorCode(String wire, Retry retry) {
        this.wire = wire;
        this.retry = retry;
    }

    /** The name on the wire. */
    public String wire() {
        return wire;
    }

    /** What the asker should do next. */
    public Retry retry() {
        return retry;
    }

    /** The error with this name; {@link #INTERNAL} for one that a newer peer knows and this one does not. */
    public static ErrorCode ofWire(String wire) {
        return BY_WIRE.getOrDefault(wire, INTERNAL);
    }
}
