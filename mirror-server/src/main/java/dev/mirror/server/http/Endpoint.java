package dev.mirror.server.http;

import java.util.concurrent.CompletionStage;

/** Answers the requests of one route and method. Must not block; a failure of its stage becomes a problem. */
@FunctionalInterface
interface Endpoint {
    CompletionStage<Reply> answer(Call call);
}
