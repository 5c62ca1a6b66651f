package dev.mirror.server.http;

import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpStatus;

/**
 * A refusal over HTTP, as RFC 9457 writes it down.
 *
 * @param status the HTTP status
 * @param code the stable name that programs may depend on
 * @param detail a sentence for a person, which says what to do
 */
record Problem(int status, String code, String detail) {
    /** What is said to a request that Jetty cannot read: a query with half of an escape, for instance. */
    static final String MALFORMED = "The request cannot be understood. Check its address and headers.";

    static final Problem BAD_BODY = new Problem(
            400, "bad.body", "The body cannot be read. Send a form, or a JSON object" + " with text values.");
    static final Problem SECRET_IN_URL = new Problem(
            400,
            "secret.in.url",
            "Names, passwords and tokens do not belong in"
                    + " an address, which is logged and remembered. Send them in the body.");
    static final Problem AUTH_REQUIRED = new Problem(401, "auth.required", "Log in first.");
    static final Problem FOREIGN_ORIGIN = new Problem(
            403,
            "origin.not.allowed",
            "This request comes from another site's"
                    + " page, or does not say where it comes from. If the page is yours, add its address to --allowed-origins;"
                    + " a program sends a bearer token and no cookie.");
    static final Problem NOT_FOUND = new Problem(404, "not.found", "There is nothing here. Look at / for the way in.");
    static final Problem NOT_ALLOWED = new Problem(405, "method.not.allowed", "See the header Allow for the methods.");
    static final Problem BODY_TIMEOUT = new Problem(408, "body.timeout", "The body did not arrive in time. Try again.");
    static final Problem TOO_LARGE = new Problem(413, "too.large", "The body may have 8192 bytes.");
    static final Problem BAD_TYPE =
            new Problem(415, "bad.type", "Send application/x-www-form-urlencoded or" + " application/json.");
    static final Problem UPGRADE =
            new Problem(426, "upgrade.required", "This is a WebSocket; connect with a WebSocket" + " client.");
    static final Problem TOO_MANY = new Problem(
            429, "too.many", "Too many requests from your address. Wait as long as" + " the header Retry-After says.");
    static final Problem INTERNAL =
            new Problem(500, "internal", "A fault of the server; it is in its log. Try again" + " later.");

    /** This refusal, to be thrown. */
    RefusedException refusal() {
        return new RefusedException(this);
    }

    Map<String, Object> body() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", "about:blank");
        body.put("title", HttpStatus.getMessage(status));
        body.put("status", status);
        body.put("code", code);
        body.put("detail", detail);
        return body;
    }

    /** What a failure looks like from outside; a fault shows nothing of itself. */
    static Problem of(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RefusedException refused) {
            return refused.problem();
        }
        if (cause instanceof MirrorException known && known.code() != ErrorCode.INTERNAL) {
            return new Problem(status(known.code()), known.code().wire(), String.valueOf(known.getMessage()));
        }
        if (cause instanceof HttpException malformed && malformed.getCode() / 100 == 4) {
            return new Problem(malformed.getCode(), "bad.request", MALFORMED);
        }
        return INTERNAL;
    }

    private static int status(ErrorCode code) {
        return switch (code) {
            case BAD_FRAME, BAD_CHANNEL, UNKNOWN_CODE -> 400;
            case AUTH_REQUIRED, AUTH_EXPIRED, AUTH_REVOKED -> 401;
            case NOT_ALLOWED -> 403;
            case NOT_FOUND -> 404;
            case CONFLICT -> 409;
            case TOO_LARGE -> 413;
            case TOO_MANY -> 429;
            case BUSY, STORE_UNAVAILABLE -> 503;
            case STORE_FULL -> 507;
            case INTERNAL, STORE_DAMAGED -> 500;
        };
    }

    /** Carries a refusal to the one place that answers. */
    static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Problem problem;

        private RefusedException(Problem problem) {
            super(problem.code(), null, false, false);
            this.problem = problem;
        }

        Problem problem() {
            return problem;
        }
    }
}
