package dev.mirror.server.pubnub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.pubnub.api.PNConfiguration;
import com.pubnub.api.PubNub;
import com.pubnub.api.PubNubException;
import com.pubnub.api.UserId;
import com.pubnub.api.builder.SubscribeBuilder;
import com.pubnub.api.models.consumer.PNStatus;
import com.pubnub.api.models.consumer.message_actions.PNMessageAction;
import com.pubnub.api.models.consumer.pubsub.BasePubSubResult;
import com.pubnub.api.models.consumer.pubsub.MessageResult;
import com.pubnub.api.models.consumer.pubsub.PNMessageResult;
import com.pubnub.api.models.consumer.pubsub.PNPresenceEventResult;
import com.pubnub.api.models.consumer.pubsub.PNSignalResult;
import com.pubnub.api.models.consumer.pubsub.message_actions.PNMessageActionResult;
import dev.mirror.testkit.time.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** PubNub's SDK for Java, in this process. */
final class JavaSdk implements Sdk {
    static final ObjectMapper JSON = new ObjectMapper();
    private static final Gson GSON = new Gson();

    private final String origin;
    private final Map<String, Open> clients = new ConcurrentHashMap<>();
    private final Map<String, Listener> listeners = new ConcurrentHashMap<>();

    private record Open(PubNub client, JavaCalls calls) {}

    JavaSdk(String origin) {
        this.origin = origin;
    }

    /** From the SDK's JSON library to ours. */
    static JsonNode tree(@Nullable Object value) {
        try {
            return JSON.readTree(value instanceof JsonElement json ? json.toString() : GSON.toJson(value));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void open(String client, JsonNode settings) {
        try {
            PNConfiguration configuration =
                    new PNConfiguration(new UserId(settings.get("user").textValue()));
            configuration.setOrigin(origin);
            configuration.setSecure(false);
            configuration.setSubscribeKey(settings.get("subscribe").textValue());
            configuration.setPublishKey(settings.get("publish").textValue());
            configuration.setSecretKey(settings.path("secret").textValue());
            configuration.setCipherKey(settings.path("cipher").textValue());
            configuration.setFilterExpression(settings.path("filter").textValue());
            if (settings.has("heartbeat")) {
                configuration.setPresenceTimeout(settings.get("heartbeat").intValue());
            }
            configuration.setNonSubscribeRequestTimeout((int) Await.DEADLINE.toSeconds());
            PubNub opened = new PubNub(configuration);
            Listener listener = new Listener();
            opened.addListener(listener);
            listeners.put(client, listener);
            clients.put(client, new Open(opened, new JavaCalls(opened)));
        } catch (PubNubException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public JsonNode call(String client, String name, JsonNode with) {
        Open open = clients.get(client);
        try {
            return switch (name) {
                case "subscribe" -> subscribe(open.client, listeners.get(client), with);
                case "unsubscribe" -> {
                    open.client
                            .unsubscribe()
                            .channels(JavaCalls.texts(with.path("channels")))
                            .channelGroups(JavaCalls.texts(with.path("groups")))
                            .execute();
                    yield JSON.createObjectNode();
                }
                default -> open.calls.call(name, with);
            };
        } catch (PubNubException e) {
            throw new SdkRefusal(e.getStatusCode(), String.valueOf(e.getResponse()) + ' ' + e.getErrormsg());
        }
    }

    private static JsonNode subscribe(PubNub client, Listener listener, JsonNode with) {
        long before = listener.connects();
        SubscribeBuilder builder = client.subscribe()
                .channels(JavaCalls.texts(with.path("channels")))
                .channelGroups(JavaCalls.texts(with.path("groups")));
        if (with.path("presence").booleanValue()) {
            builder.withPresence();
        }
        if (with.has("timetoken")) {
            builder.withTimetoken(Long.valueOf(with.get("timetoken").textValue()));
        }
        builder.execute();
        if (before == 0 && with.path("wait").asBoolean(true)) {
            Await.until("the client is connected", () -> listener.connects() > 0);
        }
        return JSON.createObjectNode();
    }

    @Override
    public List<JsonNode> heard(String client) {
        return List.copyOf(listeners.get(client).heard);
    }

    @Override
    public void close(String client) {
        clients.remove(client).client.forceDestroy();
    }

    @Override
    public void close() {
        List.copyOf(clients.keySet()).forEach(this::close);
    }

    /** Writes down what it hears. */
    private static final class Listener extends SdkListener {
        final List<JsonNode> heard = new CopyOnWriteArrayList<>();

        long connects() {
            return heard.stream()
                    .filter(event -> event.path("category").asText().equals("PNConnectedCategory"))
                    .count();
        }

        @Override
        public void status(PubNub client, PNStatus status) {
            ObjectNode event = JSON.createObjectNode().put("kind", "status");
            event.put("category", String.valueOf(status.getCategory()));
            heard.add(event.put("error", status.isError()).put("status", status.getStatusCode()));
        }

        private static ObjectNode event(String kind, BasePubSubResult result) {
            ObjectNode event = JSON.createObjectNode().put("kind", kind).put("channel", result.getChannel());
            event.put("subscription", result.getSubscription()).put("publisher", result.getPublisher());
            return event.put("timetoken", String.valueOf(result.getTimetoken()));
        }

        private void said(String kind, MessageResult result) {
            ObjectNode event = event(kind, result);
            event.set("message", tree(result.getMessage()));
            event.set("meta", tree(result.getUserMetadata()));
            heard.add(event);
        }

        @Override
        public void message(PubNub client, PNMessageResult message) {
            said("message", message);
        }

        @Override
        public void signal(PubNub client, PNSignalResult signal) {
            said("signal", signal);
        }

        @Override
        public void messageAction(PubNub client, PNMessageActionResult result) {
            PNMessageAction action = result.getMessageAction();
            ObjectNode event = event("action", result).put("event", result.getEvent());
            event.put("type", action.getType()).put("value", action.getValue()).put("user", action.getUuid());
            event.put("message", String.valueOf(action.getMessageTimetoken()));
            heard.add(event.put("action", String.valueOf(action.getActionTimetoken())));
        }

        @Override
        public void presence(PubNub client, PNPresenceEventResult result) {
            ObjectNode event = JSON.createObjectNode().put("kind", "presence").put("channel", result.getChannel());
            event.put("subscription", result.getSubscription()).put("event", result.getEvent());
            event.put("user", result.getUuid()).put("occupancy", result.getOccupancy());
            event.set("state", tree(result.getState()));
            heard.add(event);
        }
    }
}
