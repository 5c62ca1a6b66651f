package dev.mirror.server.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** What is said to requests that Jetty refuses before they reach a route: the same shape as every refusal. */
final class ErrorAnswers extends ErrorHandler {
    private final SecurityHeaders headers;

    ErrorAnswers(SecurityHeaders headers) {
        this.headers = headers;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        String detail = status >= 500 ? Problem.INTERNAL.detail() : Problem.MALFORMED;
        Problem problem = new Problem(status, status >= 500 ? "internal" : "bad.request", detail);
        byte[] body = Json.write(problem.body());
        headers.addTo(response.getHeaders());
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        // Jetty trusts nothing that follows on this connection; a client must not either.
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/problem+json");
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        if (HttpStatus.hasNoBody(status)) {
            callback.succeeded();
        } else {
            response.write(true, ByteBuffer.wrap(body), callback);
        }
        return true;
    }
}
