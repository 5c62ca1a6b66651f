package dev.mirror.client;

import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Asks a source for a token, and brings the answer to the lane, whatever the source does. */
final class Tokens {
    private Tokens() {}

    static void fetch(TokenSource source, Environment environment, Outcome<String> outcome) {
        try {
            source.token().whenComplete((token, thrown) -> environment.onLane(() -> settle(token, thrown, outcome)));
        } catch (RuntimeException thrown) {
            outcome.failed(failure(thrown));
        }
    }

    private static void settle(@Nullable String token, @Nullable Throwable thrown, Outcome<String> outcome) {
        if (thrown != null) {
            outcome.failed(failure(thrown));
        } else if (token == null || token.isEmpty()) {
            outcome.failed(new MirrorException(ErrorCode.AUTH_REQUIRED, "there is no token"));
        } else {
            outcome.done(token);
        }
    }

    /** What an application's own supplier throws is taken for something that passes. */
    private static MirrorException failure(Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        return cause instanceof MirrorException known
                ? known
                : new MirrorException(ErrorCode.BUSY, "the token could not be fetched", cause);
    }
}
