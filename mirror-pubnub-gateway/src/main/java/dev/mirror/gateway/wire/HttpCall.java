package dev.mirror.gateway.wire;

import dev.mirror.identity.Principal;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * One HTTP request, and the way to answer it: what the gateway asks of whatever HTTP server it runs in.
 *
 * <p>Safe for any thread. {@link #answer} is called once, perhaps long after the request was handed in and from another
 * thread, and does not block.
 */
public interface HttpCall {
    /** The method, in capitals. */
    String method();

    /** The request target exactly as it was sent: origin form or absolute form, nothing decoded. */
    String target();

    /** The value of a header, whatever the case of its name; the first one if there are several. */
    Optional<String> header(String name);

    /** The body as it was sent, decoded by nothing but the transfer coding; empty if there is none. */
    byte[] body();

    /** Where it comes from, as far as that is known: the same text for whoever shares a way to the network. */
    String address();

    /** Who the log-in cookie or bearer token proves; empty if there is none that proves anybody. */
    CompletionStage<Optional<Principal>> principal();

    /** Answers. If the client has gone meanwhile, nothing happens. */
    void answer(int status, Map<String, String> headers, byte[] body);

    /** Runs a task, at most once, if the client goes away before it is answered. Must not block. */
    void onGone(Runnable task);
}
