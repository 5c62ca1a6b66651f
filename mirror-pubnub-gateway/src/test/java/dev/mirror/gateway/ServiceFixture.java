package dev.mirror.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.keyset.Keyset;
import dev.mirror.gateway.state.MemoryStateStore;
import dev.mirror.gateway.stream.Stream;
import dev.mirror.gateway.wire.HttpCall;
import dev.mirror.hub.Mirror;
import dev.mirror.identity.Credentials;
import dev.mirror.identity.Principal;
import dev.mirror.memory.MemoryBroker;
import dev.mirror.memory.MemoryPresence;
import dev.mirror.memory.MemoryRelayStore;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import dev.mirror.spi.Draft;
import dev.mirror.spi.History;
import dev.mirror.spi.HistoryQuery;
import dev.mirror.testkit.fake.StaticAuthenticator;
import dev.mirror.testkit.time.Await;
import dev.mirror.testkit.time.SeededRandom;
import dev.mirror.testkit.time.VirtualTime;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A gateway over memory on virtual time, asked without a network: open keyset {@code open}, managed {@code managed},
 * shared and open {@code shared}; publish key {@code pub}, secret key {@code secret}.
 */
public final class ServiceFixture implements AutoCloseable {
    public static final Keyset OPEN = keyset("open", Keyset.Access.OPEN, Keyset.Names.OWN);
    public static final Keyset MANAGED = keyset("managed", Keyset.Access.MANAGED, Keyset.Names.OWN);
    public static final Keyset SHARED = keyset("shared", Keyset.Access.OPEN, Keyset.Names.SHARED);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final VirtualTime time = new VirtualTime();
    private final StaticAuthenticator users = new StaticAuthenticator(time);
    private final Told broker;
    private final Mirror mirror;
    private final PubNubGateway gateway;

    /** Tells the gateway's stream of what was published, as a log does. */
    private static final class Told implements Broker {
        private final Broker broker;
        private Consumer<Publication> listener = publication -> {}; // set before the first publish

        Told(Broker broker) {
            this.broker = broker;
        }

        @Override
        public CompletionStage<Receipt> publish(Draft draft) {
            return broker.publish(draft).thenApply(receipt -> {
                listener.accept(
                        new Publication(draft.channel(), receipt.position(), receipt.timetoken(), draft.entry(), null));
                return receipt;
            });
        }

        @Override
        public CompletionStage<Subscription> subscribe(
                ChannelName channel, @Nullable Position after, Consumer<Publication> subscriber) {
            return broker.subscribe(channel, after, subscriber);
        }

        @Override
        public CompletionStage<History> history(HistoryQuery query) {
            return broker.history(query);
        }

        @Override
        public Guarantees guarantees() {
            return broker.guarantees();
        }

        @Override
        public void close() {
            broker.close();
        }
    }

    /** What was answered. */
    public record Reply(int status, Map<String, String> headers, String body) {
        public JsonNode json() {
            return ServiceFixture.json(body);
        }
    }

    public ServiceFixture() {
        SeededRandom random = SeededRandom.of(1);
        MemoryPresence presence = new MemoryPresence(time);
        MemoryBroker memory = new MemoryBroker(time, random, new MemoryBroker.Limits(1_000, 64 << 20, 4 << 20));
        broker = new Told(memory);
        mirror = Mirror.builder()
                .broker(broker)
                .authenticator(users)
                .conversations(memory.conversations())
                .presence(presence)
                .relays(new MemoryRelayStore())
                .clock(time)
                .random(random)
                .scheduler(time)
                .build();
        gateway = PubNubGateway.builder()
                .keysets(List.of(OPEN, MANAGED, SHARED))
                .mirror(mirror)
                .broker(broker)
                .users(users)
                .presence(presence)
                .random(random)
                .state(new MemoryStateStore())
                .surroundings(new Stream.Surroundings(time, time, Runnable::run))
                .build();
        broker.listener = publication -> gateway.stream().committed(List.of(publication));
    }

    private static Keyset keyset(String subscribeKey, Keyset.Access access, Keyset.Names names) {
        return new Keyset("pub", subscribeKey, "secret", access, names);
    }

    public VirtualTime time() {
        return time;
    }

    /** From now on there is such a user. */
    public void user(String id) {
        users.user(id);
    }

    public Broker broker() {
        return broker;
    }

    public static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + text, e);
        }
    }

    /** Asks, and waits for the answer. */
    public Reply get(String target) {
        return Await.value(begin("GET", target, "", null));
    }

    public Reply delete(String target) {
        return Await.value(begin("DELETE", target, "", null));
    }

    public Reply post(String target, String body) {
        return Await.value(begin("POST", target, body, null));
    }

    /** Asks as a user who is logged in. */
    public Reply as(String user, String method, String target, String body) {
        return Await.value(begin(method, target, body, user));
    }

    /** Asks with the secret key: adds a time and a signature to a target that has neither; {@code mark} may be empty. */
    public Reply signed(String method, String target, String body) {
        return Await.value(
                begin(method, sign(method, target, body, time.instant().getEpochSecond()), body, null));
    }

    /** Parameters have to be in order already, and of plain characters. */
    public static String sign(String method, String target, String body, long seconds) {
        int mark = target.indexOf('?');
        String path = mark < 0 ? target : target.substring(0, mark);
        String query = (mark < 0 ? "" : target.substring(mark + 1) + '&') + "timestamp=" + seconds;
        String text = method + "\npub\n" + path + '\n' + query + '\n' + body;
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec("secret".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            byte[] hash = mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
            return path + '?' + query + "&signature=v2."
                    + Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** Publishes a JSON text; the timetoken. */
    public long publish(String subscribeKey, String channel, String json, String query) {
        Reply reply = get("/publish/pub/" + subscribeKey + "/0/" + channel + "/0/" + encode(json) + '?' + query);
        if (reply.status() != 200) {
            throw new AssertionError(reply.body());
        }
        return Long.parseLong(reply.json().get(2).textValue());
    }

    /** A token of the managed keyset; {@code permissions} is what stands in braces. */
    public String token(int minutes, String permissions) {
        Reply reply = signed(
                "POST", "/v3/pam/managed/grant", "{\"ttl\":" + minutes + ",\"permissions\":{" + permissions + "}}");
        if (reply.status() != 200) {
            throw new AssertionError(reply.body());
        }
        return reply.json().path("data").path("token").textValue();
    }

    public static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Asks; the answer may come later. */
    public CompletableFuture<Reply> begin(String method, String target, String body, @Nullable String user) {
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        Optional<Principal> principal = user == null
                ? Optional.empty()
                : Optional.of(Await.value(users.authenticate(new Credentials.Token(users.token(user)))));
        gateway.handle(new HttpCall() {
            @Override
            public String method() {
                return method;
            }

            @Override
            public String target() {
                return target;
            }

            @Override
            public Optional<String> header(String name) {
                return Optional.empty();
            }

            @Override
            public byte[] body() {
                return body.getBytes(StandardCharsets.UTF_8);
            }

            @Override
            public CompletionStage<Optional<Principal>> principal() {
                return CompletableFuture.completedFuture(principal);
            }

            @Override
            public void answer(int status, Map<String, String> headers, byte[] bytes) {
                reply.complete(new Reply(status, headers, new String(bytes, StandardCharsets.UTF_8)));
            }

            @Override
            public void onGone(Runnable task) {
                // These clients stay.
            }
        });
        return reply;
    }

    @Override
    public void close() {
        gateway.close();
        mirror.close();
        broker.close();
    }
}
