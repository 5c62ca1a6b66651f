package dev.mirror.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.gateway.PubNubGateway;
import dev.mirror.gateway.keyset.Keyset;
import dev.mirror.hub.Mirror;
import dev.mirror.identity.Credentials;
import dev.mirror.memory.MemoryBroker;
import dev.mirror.memory.MemoryPresence;
import dev.mirror.memory.MemoryRelayStore;
import dev.mirror.testkit.fake.StaticAuthenticator;
import dev.mirror.testkit.fuzz.FuzzTarget;
import dev.mirror.testkit.time.SeededRandom;
import dev.mirror.testkit.time.VirtualTime;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.LocalConnector;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a connection that speaks HTTP, or not, to a server with PubNub's interface and to one without: every answer
 * is one that we meant, and none says that the fault was ours. Requests to PubNub's interface itself are another target's.
 */
class HttpFuzzTest extends FuzzTarget {
    private static final Pattern STATUS = Pattern.compile("^HTTP/1\\.[01] ([0-9]{3})", Pattern.MULTILINE);
    /** 501 and 505 are Jetty's, for codings and versions that there are not. */
    private static final Set<Integer> MEANT =
            Set.of(100, 200, 204, 303, 304, 400, 401, 403, 404, 405, 408, 411, 413, 414, 415, 417, 426, 431, 501, 505);

    private static final Port STRICT = start(null);
    private static final Port WITH_GATEWAY = start(gateway());

    @Override
    protected void take(byte[] input) throws Exception {
        answered(STRICT, input);
        answered(WITH_GATEWAY, input);
    }

    private static void answered(Port port, byte[] input) throws Exception {
        LocalConnector.LocalEndPoint endPoint = port.connect();
        endPoint.addInput(ByteBuffer.wrap(input.clone()));
        endPoint.addInputEOF();
        port.accept(0);
        endPoint.waitUntilClosedOrIdleFor(20, TimeUnit.SECONDS);
        String output =
                StandardCharsets.ISO_8859_1.decode(endPoint.takeOutput()).toString();
        assertThat(endPoint.isOpen())
                .as("open after the peer has gone: %s", output)
                .isFalse();
        List<Integer> statuses = STATUS.matcher(output)
                .results()
                .map((MatchResult match) -> Integer.valueOf(match.group(1)))
                .toList();
        assertThat(statuses).as(output).isSubsetOf(MEANT);
    }

    private static Port start(@Nullable PubNubGateway gateway) {
        try {
            Server server = new Server();
            server.setErrorHandler(new ErrorAnswers(new SecurityHeaders(false, false)));
            Guards guards = new Guards(
                    new ClientAddress(Set.of("127.0.0.1")),
                    new OriginCheck(() -> Set.of("https://example.org")),
                    new AddressLimit(Integer.MAX_VALUE, System::nanoTime),
                    new SecurityHeaders(false, false));
            HttpConfiguration configuration = HttpServer.configuration();
            Handler front = new FrontHandler(routes(), guards);
            if (gateway != null) {
                configuration.setRequestHeaderSize(HttpServer.PUBNUB_HEAD_BYTES);
                configuration.setUriCompliance(UriCompliance.UNSAFE);
                configuration.setHttpCompliance(HttpCompliance.from("RFC9110,MISMATCHED_AUTHORITY"));
                StaticAuthenticator users = new StaticAuthenticator(new VirtualTime());
                front = new ButPubNub(gateway, new PubNubHandler(gateway, users, guards, front));
            }
            server.setHandler(front);
            Port port = new Port(server, configuration);
            server.addConnector(port);
            server.start();
            return port;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Does everything on the caller's thread: the same input has to lead to the same steps. */
    private static final class Port extends LocalConnector {
        Port(Server server, HttpConfiguration configuration) {
            super(server, Port::run, null, null, 1, new HttpConnectionFactory(configuration));
        }

        /** All but the acceptor, which would wait for ever: the test accepts. */
        private static void run(Runnable task) {
            if (!task.getClass().getName().endsWith("$Acceptor")) {
                task.run();
            }
        }

        @Override
        protected void accept(int acceptor) throws InterruptedException {
            super.accept(acceptor);
        }
    }

    private static Routes routes() {
        Routes routes = new Routes();
        StaticFiles.load().addTo(routes);
        routes.add("GET", "/", HttpFuzzTest::told);
        routes.add("GET", "/me", HttpFuzzTest::told);
        routes.add("POST", "/auth/login", call -> {
            AuthForm form = AuthForm.of(call);
            int length = form.name().length()
                    + form.password().length()
                    + form.newPassword().length();
            return told(call).thenApply(reply -> reply.with("X-Length", Integer.toString(length)));
        });
        return routes;
    }

    /** Looks at everything that endpoints look at. */
    private static CompletionStage<Reply> told(Call call) {
        boolean token = call.credentials() instanceof Credentials.Token;
        boolean named = call.query("name").isPresent() || call.query("id").isPresent();
        Reply reply =
                call.wantsJson() ? Reply.json(200, List.of(call.address(), token, named)) : Reply.seeOther("/chat");
        return CompletableFuture.completedFuture(reply);
    }

    private static PubNubGateway gateway() {
        VirtualTime time = new VirtualTime();
        SeededRandom random = SeededRandom.of(1);
        StaticAuthenticator users = new StaticAuthenticator(time);
        MemoryBroker broker = new MemoryBroker(time, random);
        MemoryPresence presence = new MemoryPresence(time);
        Mirror mirror = Mirror.builder()
                .broker(broker)
                .authenticator(users)
                .conversations(broker.conversations())
                .presence(presence)
                .relays(new MemoryRelayStore())
                .clock(time)
                .random(random)
                .scheduler(time)
                .build();
        return PubNubGateway.builder()
                .keysets(List.of(Keyset.open("pub", "sub")))
                .mirror(mirror)
                .broker(broker)
                .users(users)
                .presence(presence)
                .random(random)
                .surroundings(new dev.mirror.gateway.stream.Stream.Surroundings(time, time, time.lane()))
                .build();
    }

    /** Leaves out what PubNub's interface would answer: it needs a connection that was handed over. */
    private static final class ButPubNub extends Handler.Wrapper {
        private final PubNubGateway gateway;

        ButPubNub(PubNubGateway gateway, Handler next) {
            super(next);
            this.gateway = gateway;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            String target = request.getHttpURI().getPathQuery();
            if (target == null || !gateway.serves(target)) {
                return super.handle(request, response, callback);
            }
            gateway.maxBodyBytes(request.getMethod(), target);
            response.setStatus(204);
            callback.succeeded();
            return true;
        }
    }
}
