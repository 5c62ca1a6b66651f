package dev.mirror.server.http;

import dev.mirror.gateway.wire.HttpCall;
import dev.mirror.gateway.wire.Refusal;
import dev.mirror.identity.Principal;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/** A request of Jetty's, as the gateway sees it. While it waits for its answer it holds no thread. */
final class PubNubCall implements HttpCall {
    private final Exchange exchange;
    private final Body body;
    private final Caller caller;
    private final AtomicBoolean over = new AtomicBoolean();

    /** Where a request came from and its answer goes to. */
    record Exchange(Request request, Response response, Callback callback, ResumedEndPoint endPoint) {}

    /**
     * What came as a body.
     *
     * @param status with which it was refused; 0 if it was not
     */
    record Body(ByteBuffer bytes, int status) {}

    /**
     * Whom a request comes from.
     *
     * @param user finds out, as often as it is asked, who what was shown proves
     */
    record Caller(String address, Supplier<CompletionStage<Optional<Principal>>> user) {}

    PubNubCall(Exchange exchange, Body body, Caller caller) {
        this.exchange = exchange;
        this.body = body;
        this.caller = caller;
    }

    @Override
    public String address() {
        return caller.address;
    }

    @Override
    public String method() {
        return exchange.request.getMethod();
    }

    @Override
    public String target() {
        return exchange.request.getHttpURI().getPathQuery();
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(exchange.request.getHeaders().get(name));
    }

    @Override
    public byte[] body() {
        if (body.status != 0) {
            throw new Refusal(
                    body.status,
                    body.status == HttpStatus.PAYLOAD_TOO_LARGE_413
                            ? "Request Entity Too Large"
                            : HttpStatus.getMessage(body.status));
        }
        return BufferUtil.toArray(body.bytes);
    }

    @Override
    public CompletionStage<Optional<Principal>> principal() {
        return caller.user.get();
    }

    @Override
    public void answer(int status, Map<String, String> headers, byte[] bytes) {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        exchange.endPoint.unwatch();
        Response response = exchange.response;
        response.setStatus(status);
        headers.forEach(response.getHeaders()::put);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
        Callback done = exchange.callback;
        if (body.status != 0) {
            // What is left of a body that was refused is not worth reading.
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
            done = Callback.from(
                    () -> BodyReader.discard(exchange.request, exchange.callback::succeeded),
                    exchange.callback::failed);
        }
        response.write(true, ByteBuffer.wrap(bytes), done);
    }

    @Override
    public void onGone(Runnable task) {
        exchange.endPoint.watch(() -> {
            if (over.compareAndSet(false, true)) {
                task.run();
                exchange.callback.failed(new EofException("the client has gone"));
            }
        });
        if (over.get()) {
            // Answered meanwhile, by another thread, which may have found nothing to call off.
            exchange.endPoint.unwatch();
        }
    }
}
