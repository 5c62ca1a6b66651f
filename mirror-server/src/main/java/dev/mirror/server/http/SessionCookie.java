package dev.mirror.server.http;

import java.time.Duration;

/** How a browser is told its token, and told to forget it. */
final class SessionCookie {
    private final String attributes;

    SessionCookie(boolean secure) {
        this.attributes = "; Path=/; HttpOnly; SameSite=Lax" + (secure ? "; Secure" : "");
    }

    /** @param life how long the browser keeps it; the token itself may end sooner, and is then renewed */
    Reply set(Reply reply, String token, Duration life) {
        return reply.with("Set-Cookie", Call.COOKIE + "=" + token + attributes + "; Max-Age=" + life.toSeconds());
    }

    Reply clear(Reply reply) {
        return reply.with("Set-Cookie", Call.COOKIE + "=" + attributes + "; Max-Age=0");
    }
}
