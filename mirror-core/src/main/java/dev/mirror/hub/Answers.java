package dev.mirror.hub;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.mirror.channel.ChannelName;
import dev.mirror.hub.AccessPolicy.Action;
import dev.mirror.identity.Principal;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Publication;
import dev.mirror.message.ServerMessage.Ok;
import java.io.IOException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How one session's requests of version 2 are answered and refused (W22, W23). Owned by the session's lane. */
final class Answers {
    /** When to ask again after a limit that has no time of its own, in milliseconds. */
    static final long RETRY_MILLIS = 1_000;

    private final Session session;
    private final Hub hub;

    Answers(Session session, Hub hub) {
        this.session = session;
        this.hub = hub;
    }

    /** Confirms a request, if an answer is wanted. */
    void ok(@Nullable String request, @Nullable ChannelName channel, @Nullable String data) {
        if (request != null) {
            session.send(new Ok(request, channel, null, data));
        }
    }

    /** Whether the principal may; if not, the request is refused. */
    boolean allowed(Principal principal, @Nullable String request, Action action, ChannelName channel) {
        if (hub.access.allows(principal, action, channel)) {
            return true;
        }
        session.refuse(request, ErrorCode.NOT_ALLOWED, 0, "you may not do this on this channel");
        return false;
    }

    /** Whether there is room for one more; if not, the request is refused. */
    boolean within(TokenBucket rate, @Nullable String request, String detail) {
        if (rate.tryTake()) {
            return true;
        }
        session.refuse(request, ErrorCode.TOO_MANY, rate.millisUntilNext(), detail);
        return false;
    }

    /** Whether the data is not too large; if it is, the request is refused. */
    boolean fits(@Nullable String request, @Nullable String data) {
        if (data == null || Publication.utf8Length(data) <= hub.options.dataBytes) {
            return true;
        }
        session.refuse(request, ErrorCode.TOO_LARGE, 0, "data has at most " + hub.options.dataBytes + " bytes");
        return false;
    }

    /** Goes on with what a stage yields in time, on the lane; if it fails, so does the request. */
    <T> void when(@Nullable String request, CompletionStage<T> stage, Consumer<T> then) {
        session.inTime(stage, (value, failure) -> {
            if (failure != null) {
                failed(request, failure);
            } else {
                then.accept(value);
            }
        });
    }

    void failed(@Nullable String request, Throwable thrown) {
        if (session.isClosed()) {
            return;
        }
        MirrorException failure = Hub.failure(thrown);
        if (failure.code() == ErrorCode.INTERNAL) {
            System.getLogger(Answers.class.getName()).log(System.Logger.Level.WARNING, "a request failed", failure);
        }
        session.refuse(request, failure.code(), RETRY_MILLIS, String.valueOf(failure.getMessage()));
    }

    static void writeError(JsonGenerator json, MirrorException refusal) throws IOException {
        json.writeObjectFieldStart("error");
        json.writeStringField("name", refusal.code().wire());
        json.writeStringField("retry", refusal.code().retry().wire());
        if (refusal.code().retry() == ErrorCode.Retry.AFTER) {
            json.writeNumberField("afterMs", RETRY_MILLIS);
        }
        json.writeStringField("detail", String.valueOf(refusal.getMessage()));
        json.writeEndObject();
    }
}
