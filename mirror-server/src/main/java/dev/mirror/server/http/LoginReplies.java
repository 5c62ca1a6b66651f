package dev.mirror.server.http;

import dev.mirror.identity.Credentials;
import dev.mirror.identity.Principal;
import dev.mirror.message.ErrorCode;
import dev.mirror.sql.accounts.LogIn;
import dev.mirror.sql.accounts.Tokens;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the caller is given for a log-in: a token as JSON, and the cookie. A token is made from
 * {@link LogIn.Authenticated} and from nothing else.
 */
final class LoginReplies {
    private final Tokens tokens;
    private final SessionCookie cookie;
    private final InstantSource time;

    LoginReplies(Tokens tokens, SessionCookie cookie, InstantSource time) {
        this.tokens = tokens;
        this.cookie = cookie;
        this.time = time;
    }

    /** The token as JSON, and, for a browser, the cookie. */
    Reply token(int status, LogIn.Authenticated login, boolean browser) {
        Credentials.Token token = tokens.issue(login);
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("token", token.token());
        body.putAll(whoami(login.principal()));
        Reply reply = Reply.json(status, body);
        return browser ? withCookie(reply, login, token) : reply;
    }

    /** Any reply, with the cookie. */
    Reply withCookie(Reply reply, LogIn.Authenticated login) {
        return withCookie(reply, login, tokens.issue(login));
    }

    private Reply withCookie(Reply reply, LogIn.Authenticated login, Credentials.Token token) {
        // As long as it can be renewed: the browser then brings it back after the token in it has ended.
        Duration life = Duration.between(time.instant(), login.loginEndsAt());
        return cookie.set(reply, token.token(), life);
    }

    Reply withoutCookie(Reply reply) {
        return cookie.clear(reply);
    }

    /** The words of 2018. */
    static Map<String, Object> whoami(Principal principal) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("UserId", principal.user().value());
        body.put("Username", principal.name());
        body.put("ChannelId", principal.channelId());
        body.put(
                "exp",
                principal.expiresAt().equals(Instant.MAX)
                        ? 0
                        : principal.expiresAt().getEpochSecond());
        return body;
    }

    /** A refused log-in or change of password, for a program. */
    static Reply refused(ErrorCode code, Duration retryAfter) {
        if (code == ErrorCode.TOO_MANY) {
            Problem problem = new Problem(
                    429,
                    code.wire(),
                    "Too many wrong passwords for this name. Wait as long as the" + " header Retry-After says.");
            return Reply.problem(problem).with("Retry-After", Long.toString(Math.max(1, retryAfter.toSeconds() + 1)));
        }
        String detail = code == ErrorCode.AUTH_REQUIRED
                ? "This name and password do not belong together."
                : "The log-in has ended. Log in again.";
        return Reply.problem(new Problem(401, code.wire(), detail)).with("WWW-Authenticate", "Bearer");
    }
}
