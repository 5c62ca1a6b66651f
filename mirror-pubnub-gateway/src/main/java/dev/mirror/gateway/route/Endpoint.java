package dev.mirror.gateway.route;

import dev.mirror.gateway.wire.Answer;
import java.util.concurrent.CompletionStage;

/**
 * Answers the requests of one route. Must not block.
 *
 * <p>A {@link dev.mirror.gateway.wire.Refusal} that it throws, or that its stage fails with, is said in the form of the
 * route; so is a {@link dev.mirror.message.MirrorException}. Anything else is a fault, and answered with 500.
 */
@FunctionalInterface
public interface Endpoint {
    /** Answers. */
    CompletionStage<Answer> answer(Request request);
}
