package dev.mirror.server.pubnub;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mirror.testkit.time.Await;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Where one behaviour is tried by one SDK, or by hand: clients, connections and names that nobody else uses. */
final class Stage implements AutoCloseable {
    /** The keys of the keyset that everybody may use. */
    static final Map<String, String> OPEN = Map.of("subscribe", "sub-open", "publish", "pub-open");
    /** The same keyset, for whoever has its secret. */
    static final Map<String, String> OPEN_SECRET =
            Map.of("subscribe", "sub-open", "publish", "pub-open", "secret", "sec-open");
    /** The keys of the keyset that takes tokens. */
    static final Map<String, String> MANAGED = Map.of("subscribe", "sub-managed", "publish", "pub-managed");
    /** The same keyset, for whoever has its secret. */
    static final Map<String, String> MANAGED_SECRET =
            Map.of("subscribe", "sub-managed", "publish", "pub-managed", "secret", "sec-managed");
    /** All of them, as the server reads it. */
    static final String KEYSETS = "--pubnub-keysets=subscribe=sub-open,publish=pub-open,secret=sec-open;"
            + "subscribe=sub-managed,publish=pub-managed,secret=sec-managed,access=managed;"
            + "subscribe=sub-crowd,publish=pub-crowd,announce-max=2,interval=1";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final @Nullable Sdk sdk;
    private final Sdk grants;
    private final int port;
    private final String suffix = "-" + NUMBER.incrementAndGet();
    private final List<Runnable> opened = new ArrayList<>();

    /** @param grants an SDK that can grant tokens, if the one that is tried cannot */
    Stage(@Nullable Sdk sdk, Sdk grants, int port) {
        this.sdk = sdk;
        this.grants = grants;
        this.port = port;
    }

    /** Whether there is no SDK, only connections. */
    boolean isByHand() {
        return sdk == null;
    }

    /** A name of a channel, group or user that is used here only. */
    String name(String base) {
        return base + suffix;
    }

    /** A client of the open keyset. */
    Client client(String user) {
        return client(user, OPEN);
    }

    /** A client with these keys, and whatever else it is set up with, as pairs. */
    Client client(String user, Map<String, String> keys, Object... settings) {
        if (sdk == null) {
            throw new IllegalStateException("there are no clients by hand");
        }
        Map<String, Object> all = map(settings);
        all.putAll(keys);
        all.put("user", name(user));
        Client client = new Client(sdk, "client-" + NUMBER.incrementAndGet(), name(user));
        sdk.open(client.id, JSON.valueToTree(all));
        opened.add(client::close);
        return client;
    }

    /** A client that grants tokens for the managed keyset, of an SDK that can. */
    Client grantor() {
        Client client = new Client(grants, "client-" + NUMBER.incrementAndGet(), "grantor");
        Map<String, Object> settings = new HashMap<>(MANAGED_SECRET);
        settings.put("user", "grantor");
        grants.open(client.id, JSON.valueToTree(settings));
        opened.add(client::close);
        return client;
    }

    /** A connection on which requests are written by hand. */
    RawConnection raw() {
        RawConnection connection = new RawConnection(port);
        opened.add(connection::close);
        return connection;
    }

    private static Map<String, Object> map(Object... pairs) {
        Map<String, Object> map = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }

    @Override
    public void close() {
        opened.forEach(Runnable::run);
    }

    /** A client of an SDK. */
    static final class Client implements AutoCloseable {
        private final Sdk sdk;
        private final String id;
        private final String user;

        private Client(Sdk sdk, String id, String user) {
            this.sdk = sdk;
            this.id = id;
            this.user = user;
        }

        String user() {
            return user;
        }

        /** Has it do something, with names and values in pairs. */
        JsonNode ask(String call, Object... with) {
            return sdk.call(id, call, JSON.valueToTree(map(with)));
        }

        /** Has it publish; the timetoken of that. */
        String publish(String channel, Object message) {
            return ask("publish", "channel", channel, "message", message)
                    .get("timetoken")
                    .textValue();
        }

        void subscribe(String... channels) {
            ask("subscribe", "channels", channels);
        }

        /** What is said when a call of it fails; that it does not is a failure. */
        SdkRefusal refused(String call, Object... with) {
            JsonNode result;
            try {
                result = ask(call, with);
            } catch (SdkRefusal refusal) {
                return refusal;
            }
            throw new AssertionError(call + " is not refused, but: " + result);
        }

        /** The first events of a kind, once there are so many. */
        List<JsonNode> hears(String kind, int count) {
            Await.until(
                    user + " hears " + count + " of " + kind + ", so far " + sdk.heard(id),
                    () -> heard(kind).size() >= count);
            return heard(kind).subList(0, count);
        }

        List<JsonNode> heard(String kind) {
            return sdk.heard(id).stream()
                    .filter(event -> event.get("kind").textValue().equals(kind))
                    .toList();
        }

        /** The payloads of the first messages; there are no more so far. */
        void hearsExactly(Object... payloads) {
            List<JsonNode> expected = new ArrayList<>();
            for (Object payload : payloads) {
                expected.add(JSON.valueToTree(payload));
            }
            hears("message", payloads.length);
            assertThat(heard("message").stream().map(event -> event.get("message")))
                    .isEqualTo(expected);
        }

        @Override
        public void close() {
            sdk.close(id);
        }
    }
}
