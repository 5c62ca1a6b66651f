package dev.mirror.gateway;

import dev.mirror.gateway.presence.Attendance;
import dev.mirror.gateway.route.Request;
import dev.mirror.gateway.route.Routes;
import dev.mirror.gateway.stream.Stream;
import dev.mirror.gateway.wire.Answer;
import dev.mirror.gateway.wire.ErrorStyle;
import dev.mirror.gateway.wire.Headers;
import dev.mirror.gateway.wire.HttpCall;
import dev.mirror.gateway.wire.RawTarget;
import dev.mirror.gateway.wire.Refusal;
import dev.mirror.gateway.wire.Timetoken;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/**
 * PubNub's HTTP interface: takes requests from whatever HTTP server there is, finds the endpoint, and answers.
 *
 * <p>A long poll holds no thread: {@link #handle} returns, and the answer comes later. Safe for any thread; nothing
 * blocks.
 */
public final class PubNubGateway implements AutoCloseable {
    /** The longest target that is read, in characters: a GET that publishes has the message in it. */
    public static final int MAX_TARGET = 40 << 10;

    private static final Logger LOG = System.getLogger(PubNubGateway.class.getName());
    private static final ErrorStyle NO_SERVICE = ErrorStyle.service("Balancer");

    private final Routes routes;
    private final Parts parts;
    private final InstantSource clock;
    private final Executor executor;
    private final UnaryOperator<Request> proved;

    /** What ends with it. */
    record Parts(Stream stream, Attendance attendance) {}

    PubNubGateway(Routes routes, UnaryOperator<Request> proved, Parts parts, Stream.Surroundings surroundings) {
        this.routes = routes;
        this.proved = proved;
        this.parts = parts;
        this.clock = surroundings.clock();
        this.executor = surroundings.executor();
    }

    /** Begins to build one. */
    public static GatewayBuilder builder() {
        return new GatewayBuilder();
    }

    /** Where the log that the gateway's broker is has to tell of what was committed. */
    public Stream stream() {
        return parts.stream;
    }

    /** Answers every poll with nothing, so that clients ask again. */
    @Override
    public void close() {
        parts.attendance.close();
        parts.stream.close();
    }

    /**
     * Whether a request is for this interface, whether or not it has such a path.
     *
     * @param target as it was sent
     */
    public boolean serves(String target) {
        return RawTarget.parse(target).filter(routes::serves).isPresent();
    }

    /**
     * How long the body of a request may be, as it is sent; who reads it refuses more with 413.
     *
     * @param target as it was sent
     */
    public int maxBodyBytes(String method, String target) {
        try {
            return RawTarget.parse(target)
                    .map(parsed -> routes.maxBodyBytes(method, parsed))
                    .orElse(0);
        } catch (Refusal malformed) {
            return 0;
        }
    }

    /** Answers a request, now or later. */
    public void handle(HttpCall call) {
        Optional<RawTarget> target = RawTarget.parse(call.target());
        CompletionStage<Answer> answer;
        try {
            answer = target.map(parsed -> answer(call, parsed)).orElseThrow(() -> new Refusal(400, "Bad Request"));
        } catch (RuntimeException failure) {
            answer = CompletableFuture.failedFuture(failure);
        }
        whenComplete(answer, (done, failure) -> {
            Answer shown = failure == null ? done : refusal(target, failure);
            call.answer(shown.status(), Headers.of(shown), shown.body().getBytes(StandardCharsets.UTF_8));
        });
    }

    /** What is answered later is written by the executor: whoever completes it may be the one thread that a log has. */
    private void whenComplete(CompletionStage<Answer> answer, BiConsumer<Answer, Throwable> writer) {
        if (answer.toCompletableFuture().isDone()) {
            answer.whenComplete(writer);
        } else {
            answer.whenCompleteAsync(writer, executor);
        }
    }

    private CompletionStage<Answer> answer(HttpCall call, RawTarget target) {
        if (call.target().length() > MAX_TARGET) {
            throw new Refusal(Answer.of(
                    414,
                    "{\"status\":414,\"service\":\"Balancer\",\"error\":true,\"message\":\"Request URI Too Long\"}"));
        }
        if (call.method().equals("OPTIONS")) {
            return CompletableFuture.completedFuture(Headers.preflight(methods(target)));
        }
        Optional<Routes.Found> found = routes.find(call, target);
        if (found.isPresent()) {
            return found.get().endpoint().answer(proved.apply(found.get().request()));
        }
        List<String> methods = methods(target);
        Answer refusal = NO_SERVICE.answer(405, "Method Not Allowed", 0);
        throw new Refusal(new Answer(405, Map.of("Allow", String.join(", ", methods)), refusal.body()));
    }

    private List<String> methods(RawTarget target) {
        List<String> methods = routes.methods(target);
        if (methods.isEmpty()) {
            throw new Refusal(404, "Not Found");
        }
        return methods;
    }

    private Answer refusal(Optional<RawTarget> target, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        ErrorStyle style = style(target);
        long now = Timetoken.of(clock.instant());
        if (cause instanceof Refusal refusal) {
            return refusal.exact().orElseGet(() -> style.answer(refusal.status(), refusal.text(), now));
        }
        if (cause instanceof MirrorException fault) {
            return refusal(style, fault, now);
        }
        LOG.log(Level.ERROR, "a request failed", cause);
        return style.answer(500, "Internal Server Error", now);
    }

    private static Answer refusal(ErrorStyle style, MirrorException fault, long now) {
        ErrorCode code = fault.code();
        return switch (code) {
            case TOO_LARGE -> style.answer(413, "Request Entity Too Large", now);
            case NOT_ALLOWED, AUTH_REQUIRED, AUTH_EXPIRED, AUTH_REVOKED -> style.answer(403, "Forbidden", now);
            case TOO_MANY -> later(style.answer(429, "Too Many Requests", now));
            case BUSY, STORE_FULL, STORE_UNAVAILABLE -> later(style.answer(503, "Service Unavailable", now));
            default -> {
                LOG.log(Level.ERROR, "a request failed: {0}", code.wire());
                yield style.answer(500, "Internal Server Error", now);
            }
        };
    }

    private static Answer later(Answer answer) {
        return new Answer(answer.status(), Map.of("Retry-After", "1"), answer.body());
    }

    private ErrorStyle style(Optional<RawTarget> target) {
        try {
            return target.flatMap(routes::style).orElse(NO_SERVICE);
        } catch (Refusal malformed) {
            return NO_SERVICE;
        }
    }
}
