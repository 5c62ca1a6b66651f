package dev.mirror.server.http;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;

/**
 * Every request's way: find the route, check what all requests are checked for, read the body, ask the endpoint, and
 * write its reply. The only place that answers.
 */
final class FrontHandler extends Handler.Abstract.NonBlocking {
    private static final Logger LOG = System.getLogger(FrontHandler.class.getName());
    private static final int MAX_QUERY_FIELDS = 16;

    private final Routes routes;
    private final Guards guards;

    FrontHandler(Routes routes, Guards guards) {
        this.routes = routes;
        this.guards = guards;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        CompletionStage<Reply> reply;
        try {
            reply = answer(request);
        } catch (RuntimeException failure) {
            reply = CompletableFuture.failedFuture(failure);
        }
        reply.whenComplete((answer, failure) -> {
            Reply shown = failure == null ? answer : refusal(request, failure);
            write(request, response, callback, shown);
        });
        return true;
    }

    private CompletionStage<Reply> answer(Request request) {
        String path = request.getHttpURI().getCanonicalPath();
        if (path == null || !routes.has(path)) {
            throw Problem.NOT_FOUND.refusal();
        }
        Optional<Endpoint> endpoint = routes.find(request.getMethod(), path);
        if (endpoint.isEmpty()) {
            throw Problem.NOT_ALLOWED.refusal();
        }
        refuseSecretsInQuery(request);
        Call head = new Call(request, guards.addresses().of(request), ByteBuffer.allocate(0));
        if (!request.getMethod().equals("POST")) {
            return endpoint.get().answer(head);
        }
        if (!guards.origins().passes(head)) {
            throw Problem.FOREIGN_ORIGIN.refusal();
        }
        OptionalLong wait = guards.limit().take(head.address());
        if (wait.isPresent()) {
            return CompletableFuture.completedFuture(
                    Reply.problem(Problem.TOO_MANY).with("Retry-After", Long.toString(wait.getAsLong())));
        }
        return BodyReader.read(request)
                .thenCompose(body -> endpoint.get().answer(new Call(request, head.address(), ByteBuffer.wrap(body))));
    }

    private static void refuseSecretsInQuery(Request request) {
        String query = request.getHttpURI().getQuery();
        if (query == null || query.isEmpty()) {
            return;
        }
        Fields fields = Request.extractQueryParameters(request);
        if (fields.getSize() > MAX_QUERY_FIELDS) {
            throw Problem.BAD_BODY.refusal();
        }
        for (String name : fields.getNames()) {
            if (AuthForm.SECRET_NAMES.contains(name.toLowerCase(Locale.ROOT))) {
                throw Problem.SECRET_IN_URL.refusal();
            }
        }
    }

    private Reply refusal(Request request, Throwable failure) {
        Problem problem = Problem.of(failure);
        if (problem.status() == Problem.INTERNAL.status()) {
            LOG.log(Level.ERROR, "a request failed", failure);
        }
        Reply reply = Reply.problem(problem);
        if (problem.status() == 405) {
            reply = reply.with("Allow", routes.allowed(request.getHttpURI().getCanonicalPath()));
        }
        if (problem.status() == 401) {
            reply = reply.with("WWW-Authenticate", "Bearer");
        }
        if (problem.status() == 426) {
            reply = reply.with("Upgrade", "websocket");
        }
        // What is left of a body that was refused is not worth reading.
        return problem.status() == 413 || problem.status() == 408 ? reply.with("Connection", "close") : reply;
    }

    private void write(Request request, Response response, Callback callback, Reply reply) {
        HttpFields.Mutable headers = response.getHeaders();
        response.setStatus(reply.status());
        guards.headers().addTo(headers);
        if (!reply.has("Cache-Control")) {
            headers.put(HttpHeader.CACHE_CONTROL, "no-store");
        }
        if (!reply.type().isEmpty()) {
            headers.put(HttpHeader.CONTENT_TYPE, reply.type());
        }
        if (reply.status() != 304) {
            headers.put(HttpHeader.CONTENT_LENGTH, reply.body().remaining());
        }
        reply.fields().forEach(headers::add);
        boolean head = request.getMethod().equals("HEAD");
        response.write(true, head ? ByteBuffer.allocate(0) : reply.body().duplicate(), callback);
    }
}
