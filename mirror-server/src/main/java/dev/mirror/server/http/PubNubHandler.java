package dev.mirror.server.http;

import dev.mirror.gateway.PubNubGateway;
import dev.mirror.identity.Credentials;
import dev.mirror.identity.Principal;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.spi.Authenticator;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.eclipse.jetty.http.ComplianceUtils;
import org.eclipse.jetty.http.ComplianceViolation;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Hands what is PubNub's to its gateway, with the target as it was sent; everything else goes on, under the strict rules
 * that hold without a gateway.
 */
final class PubNubHandler extends Handler.Wrapper {
    /** Longer than clients keep a connection that nothing happens on, and longer than a poll is held. */
    private static final long IDLE_MILLIS = 320_000;

    private final PubNubGateway gateway;
    private final Authenticator users;
    private final Guards guards;

    PubNubHandler(PubNubGateway gateway, Authenticator users, Guards guards, Handler next) {
        super(next);
        this.gateway = gateway;
        this.users = users;
        this.guards = guards;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String target = request.getHttpURI().getPathQuery();
        if (target == null || !gateway.serves(target)) {
            int refused = refused(request);
            if (refused != 0) {
                Response.writeError(request, response, callback, refused);
                return true;
            }
            return super.handle(request, response, callback);
        }
        if (!(request.getConnectionMetaData().getConnection().getEndPoint() instanceof ResumedEndPoint endPoint)) {
            throw new IllegalStateException("a connection that was not handed over");
        }
        endPoint.setIdleTimeout(IDLE_MILLIS);
        PubNubCall.Exchange exchange = new PubNubCall.Exchange(request, response, callback, endPoint);
        PubNubCall.Caller caller = new PubNubCall.Caller(guards.addresses().of(request), user(request));
        int most = gateway.maxBodyBytes(request.getMethod(), target);
        CompletionStage<byte[]> reading = BodyReader.read(request, most);
        reading.whenComplete((body, failure) -> {
            PubNubCall.Body read = failure == null
                    ? new PubNubCall.Body(ByteBuffer.wrap(body), 0)
                    : new PubNubCall.Body(
                            ByteBuffer.allocate(0), Problem.of(failure).status());
            gateway.handle(new PubNubCall(exchange, read, caller));
        });
        return true;
    }

    /**
     * Who a request proves that it comes from. A page of another site, or a link on it, must not speak with the cookie of
     * whoever looks at it. What it shows is read now: a poll asks again after its request was read.
     */
    private Supplier<CompletionStage<Optional<Principal>>> user(Request request) {
        Call call = new Call(request, "", ByteBuffer.allocate(0));
        if (call.bearer().isEmpty()
                && (call.cookie().isEmpty() || !guards.origins().passes(call))) {
            return () -> CompletableFuture.completedFuture(Optional.empty());
        }
        Credentials credentials = call.credentials();
        return () -> users.authenticate(credentials)
                .<Optional<Principal>>thenApply(Optional::of)
                .exceptionallyCompose(PubNubHandler::nobody);
    }

    /** A log-in that does not count proves nobody; a store that does not answer proves nothing at all. */
    private static CompletionStage<Optional<Principal>> nobody(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        boolean unknown = cause instanceof MirrorException fault && fault.code().retry() == ErrorCode.Retry.AFTER;
        return unknown ? CompletableFuture.failedFuture(cause) : CompletableFuture.completedFuture(Optional.empty());
    }

    /** What the connector lets through for the gateway's sake, and would refuse otherwise: a status, or 0. */
    private static int refused(Request request) {
        if (request.getHttpURI().hasViolations()) {
            return HttpStatus.BAD_REQUEST_400;
        }
        try {
            // Of two hosts, say: one in the target and another in the field.
            ComplianceUtils.verify(
                    request.getHttpURI(),
                    request.getHeaders(),
                    HttpCompliance.RFC9110,
                    ComplianceViolation.Listener.NOOP);
        } catch (HttpException.RuntimeException violation) {
            return violation.getCode();
        }
        int bytes = String.valueOf(request.getHttpURI().getPathQuery()).length();
        if (bytes > HttpServer.HEAD_BYTES) {
            return HttpStatus.URI_TOO_LONG_414;
        }
        for (HttpField field : request.getHeaders()) {
            bytes += field.getName().length() + String.valueOf(field.getValue()).length() + ": \r\n".length();
        }
        return bytes > HttpServer.HEAD_BYTES ? HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431 : 0;
    }
}
