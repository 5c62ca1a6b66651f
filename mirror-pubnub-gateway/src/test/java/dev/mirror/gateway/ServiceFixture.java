package dev.mirror.gateway;

import dev.mirror.gateway.TestCall.Reply;
import dev.mirror.gateway.keyset.Keyset;
import dev.mirror.identity.Credentials;
import dev.mirror.testkit.fake.StaticAuthenticator;
import dev.mirror.testkit.time.Await;
import dev.mirror.testkit.time.VirtualTime;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
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

    private final GatewayFixture gateway = new GatewayFixture(OPEN, MANAGED, SHARED);

    private static Keyset keyset(String subscribeKey, Keyset.Access access, Keyset.Names names) {
        return new Keyset("pub", subscribeKey, "secret", access, names);
    }

    public VirtualTime time() {
        return gateway.time();
    }

    /** From now on there is such a user. */
    public void user(String id) {
        gateway.users().user(id);
    }

    public TappedBroker broker() {
        return gateway.broker();
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
        return Await.value(begin(
                method, sign(method, target, body, gateway.time().instant().getEpochSecond()), body, null));
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
        TestCall call = new TestCall(method, target).body(body);
        if (user != null) {
            StaticAuthenticator users = gateway.users();
            call.by(Await.value(users.authenticate(new Credentials.Token(users.token(user)))));
        }
        return gateway.ask(call).reply();
    }

    @Override
    public void close() {
        gateway.close();
    }
}
