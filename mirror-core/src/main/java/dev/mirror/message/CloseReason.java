package dev.mirror.message;

/**
 * Why a connection ends, as a WebSocket close code and a name. The hundred of the code is the verdict that a client
 * acts on: 40xx stay away, 41xx come back after a backoff, 42xx come back at once, 43xx get a new token first. Codes
 * below 4000 are those of RFC 6455; {@linkplain #RESTART 1012} counts as 41xx, as does any other end that nobody explained.
 *
 * @param code the close code, 1000 to 4999
 * @param name a short stable name, at most 64 ASCII characters
 */
public record CloseReason(int code, String name) {
    /** The peer asked for it, or has nothing more to say. */
    public static final CloseReason NORMAL = new CloseReason(1000, "bye");
    /** The server goes down and will be back. */
    public static final CloseReason RESTART = new CloseReason(1012, "restart");
    /** The peer broke the protocol beyond what an error answers. */
    public static final CloseReason PROTOCOL = new CloseReason(4000, "protocol");
    /** The peer claimed to be somebody else. */
    public static final CloseReason NOT_ALLOWED = new CloseReason(4003, "not.allowed");
    /** The peer went on after too many refusals. */
    public static final CloseReason TOO_MANY = new CloseReason(4029, "too.many");
    /** A fault of the server. */
    public static final CloseReason INTERNAL = new CloseReason(4100, "internal");
    /** The server is at a limit. */
    public static final CloseReason BUSY = new CloseReason(4101, "busy");
    /** The peer reads slower than it is sent to; what it missed is in the log. */
    public static final CloseReason SLOW_CONSUMER = new CloseReason(4200, "slow.consumer");
    /** Nothing was heard from the peer for too long. */
    public static final CloseReason IDLE = new CloseReason(4201, "idle");
    /** The peer did not prove who it is in time. */
    public static final CloseReason AUTH_REQUIRED = new CloseReason(4300, "auth.required");
    /** The token ended. */
    public static final CloseReason AUTH_EXPIRED = new CloseReason(4301, "auth.expired");
    /** The log-in was ended. */
    public static final CloseReason AUTH_REVOKED = new CloseReason(4302, "auth.revoked");

    /** What a client does after a connection ended. */
    public enum Verdict {
        /** Do not come back. */
        STAY_AWAY,
        /** Come back after a backoff. */
        BACK_OFF,
        /** Come back at once. */
        COME_BACK,
        /** Get a new token, then come back. */
        AUTHENTICATE
    }

    /** @throws IllegalArgumentException if the code is not a close code or the name is too long */
    public CloseReason {
        if (code < 1000 || code > 4999 || name.length() > 64) {
            throw new IllegalArgumentException("not a close reason: " + code);
        }
    }

    /** What the client does next. */
    public Verdict verdict() {
        return switch (code / 100) {
            case 40 -> Verdict.STAY_AWAY;
            case 42 -> Verdict.COME_BACK;
            case 43 -> Verdict.AUTHENTICATE;
            default -> Verdict.BACK_OFF;
        };
    }
}
