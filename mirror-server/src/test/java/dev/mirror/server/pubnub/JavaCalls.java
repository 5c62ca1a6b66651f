package dev.mirror.server.pubnub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import com.pubnub.api.PubNub;
import com.pubnub.api.PubNubException;
import com.pubnub.api.endpoints.History;
import com.pubnub.api.endpoints.pubsub.Publish;
import com.pubnub.api.enums.PNPushType;
import com.pubnub.api.models.consumer.access_manager.v3.ChannelGrant;
import com.pubnub.api.models.consumer.access_manager.v3.PNToken;
import com.pubnub.api.models.consumer.history.PNFetchMessageItem;
import com.pubnub.api.models.consumer.history.PNHistoryResult;
import com.pubnub.api.models.consumer.message_actions.PNMessageAction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a client of the Java SDK can be asked to do, in the words that all SDKs share. */
final class JavaCalls {
    private final PubNub client;

    JavaCalls(PubNub client) {
        this.client = client;
    }

    static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(each -> texts.add(each.textValue()));
        return texts;
    }

    private static ObjectNode object() {
        return JavaSdk.JSON.createObjectNode();
    }

    private static @Nullable Long time(JsonNode with, String name) {
        return with.has(name) ? Long.valueOf(with.get(name).textValue()) : null;
    }

    private static JsonElement gson(JsonNode json) {
        return JsonParser.parseString(json.toString());
    }

    private static String channel(JsonNode with) {
        return with.get("channel").textValue();
    }

    JsonNode call(String name, JsonNode with) throws PubNubException {
        return switch (name) {
            case "time" -> timetoken(client.time().sync().getTimetoken());
            case "publish" -> timetoken(publish(client.publish(), with));
            case "fire" -> timetoken(publish(client.fire(), with));
            case "signal" ->
                timetoken(client.signal()
                        .channel(channel(with))
                        .message(gson(with.get("message")))
                        .sync()
                        .getTimetoken());
            case "history", "fetch", "delete", "counts" -> stored(name, with);
            case "groupAdd", "groupRemove", "groupList", "groupDelete", "groups" -> group(name, with);
            case "actionAdd", "actions", "actionRemove" -> action(name, with);
            case "hereNow", "whereNow", "setState", "getState" -> presence(name, with);
            case "files", "metadata", "push" -> absent(name, with);
            default -> access(name, with);
        };
    }

    private static JsonNode timetoken(@Nullable Long timetoken) {
        return object().put("timetoken", String.valueOf(timetoken));
    }

    private static @Nullable Long publish(Publish publish, JsonNode with) throws PubNubException {
        publish.channel(channel(with)).message(gson(with.get("message")));
        if (with.has("meta")) {
            publish.meta(gson(with.get("meta")));
        }
        if (with.has("store")) {
            publish.shouldStore(with.get("store").booleanValue());
        }
        if (with.has("hours")) {
            publish.ttl(with.get("hours").intValue());
        }
        return publish.usePOST(with.path("post").booleanValue()).sync().getTimetoken();
    }

    private JsonNode stored(String name, JsonNode with) throws PubNubException {
        return switch (name) {
            case "history" -> history(with);
            case "fetch" -> fetch(with);
            case "delete" -> {
                client.deleteMessages()
                        .channels(List.of(channel(with)))
                        .start(time(with, "start"))
                        .end(time(with, "end"))
                        .sync();
                yield object();
            }
            default ->
                JavaSdk.tree(client.messageCounts()
                        .channels(texts(with.get("channels")))
                        .channelsTimetoken(texts(with.get("timetokens")).stream()
                                .map(Long::valueOf)
                                .toList())
                        .sync()
                        .getChannels());
        };
    }

    private JsonNode history(JsonNode with) throws PubNubException {
        History history =
                client.history().channel(channel(with)).includeTimetoken(true).includeMeta(true);
        history.start(time(with, "start")).end(time(with, "end"));
        history.reverse(with.path("reverse").booleanValue());
        history.count(with.path("count").asInt(100));
        PNHistoryResult result = history.sync();
        ArrayNode messages = JavaSdk.JSON.createArrayNode();
        result.getMessages().forEach(item -> {
            ObjectNode message = messages.addObject().put("timetoken", String.valueOf(item.getTimetoken()));
            message.set("message", JavaSdk.tree(item.getEntry()));
            message.set("meta", JavaSdk.tree(item.getMeta()));
        });
        ObjectNode all = object().put("start", String.valueOf(result.getStartTimetoken()));
        all.put("end", String.valueOf(result.getEndTimetoken()));
        return all.set("messages", messages);
    }

    private JsonNode fetch(JsonNode with) throws PubNubException {
        Map<String, List<PNFetchMessageItem>> found = client.fetchMessages()
                .channels(texts(with.get("channels")))
                .maximumPerChannel(with.has("count") ? with.get("count").intValue() : null)
                .start(time(with, "start"))
                .end(time(with, "end"))
                .includeMeta(true)
                .includeUUID(true)
                .includeMessageActions(with.path("actions").booleanValue())
                .sync()
                .getChannels();
        ObjectNode channels = object();
        found.forEach((channel, items) -> {
            ArrayNode messages = channels.putArray(channel);
            items.forEach(item -> {
                ObjectNode message = messages.addObject().put("timetoken", String.valueOf(item.getTimetoken()));
                message.put("publisher", item.getUuid());
                message.set("message", JavaSdk.tree(item.getMessage()));
                message.set("meta", JavaSdk.tree(item.getMeta()));
                message.set("actions", JavaSdk.tree(item.getActions()));
            });
        });
        return channels;
    }

    private JsonNode group(String name, JsonNode with) throws PubNubException {
        String group = with.path("group").asText();
        List<String> channels = texts(with.path("channels"));
        switch (name) {
            case "groupAdd" ->
                client.addChannelsToChannelGroup()
                        .channelGroup(group)
                        .channels(channels)
                        .sync();
            case "groupRemove" ->
                client.removeChannelsFromChannelGroup()
                        .channelGroup(group)
                        .channels(channels)
                        .sync();
            case "groupDelete" ->
                client.deleteChannelGroup().channelGroup(group).sync();
            case "groupList" -> {
                return JavaSdk.tree(client.listChannelsForChannelGroup()
                        .channelGroup(group)
                        .sync()
                        .getChannels());
            }
            default -> {
                return JavaSdk.tree(client.listAllChannelGroups().sync().getGroups());
            }
        }
        return object();
    }

    private JsonNode action(String name, JsonNode with) throws PubNubException {
        switch (name) {
            case "actionAdd" -> {
                PNMessageAction action = new PNMessageAction()
                        .setType(with.get("type").textValue())
                        .setValue(with.get("value").textValue())
                        .setMessageTimetoken(time(with, "message"));
                return timetoken(client.addMessageAction()
                        .channel(channel(with))
                        .messageAction(action)
                        .sync()
                        .getActionTimetoken());
            }
            case "actionRemove" -> {
                client.removeMessageAction()
                        .channel(channel(with))
                        .messageTimetoken(time(with, "message"))
                        .actionTimetoken(time(with, "action"))
                        .sync();
                return object();
            }
            default -> {
                ArrayNode actions = JavaSdk.JSON.createArrayNode();
                client.getMessageActions()
                        .channel(channel(with))
                        .limit(with.path("limit").asInt(100))
                        .start(time(with, "start"))
                        .sync()
                        .getActions()
                        .forEach(action -> actions.addObject()
                                .put("type", action.getType())
                                .put("value", action.getValue())
                                .put("user", action.getUuid())
                                .put("message", String.valueOf(action.getMessageTimetoken()))
                                .put("action", String.valueOf(action.getActionTimetoken())));
                return actions;
            }
        }
    }

    private JsonNode presence(String name, JsonNode with) throws PubNubException {
        List<String> channels = texts(with.path("channels"));
        switch (name) {
            case "hereNow" -> {
                ObjectNode all = object();
                client.hereNow()
                        .channels(channels)
                        .channelGroups(texts(with.path("groups")))
                        .includeUUIDs(true)
                        .includeState(true)
                        .sync()
                        .getChannels()
                        .forEach((channel, here) -> {
                            ObjectNode one = all.putObject(channel).put("occupancy", here.getOccupancy());
                            ObjectNode users = one.putObject("users");
                            here.getOccupants()
                                    .forEach(user -> users.set(user.getUuid(), JavaSdk.tree(user.getState())));
                        });
                return all;
            }
            case "whereNow" -> {
                return JavaSdk.tree(client.whereNow()
                        .uuid(with.get("user").textValue())
                        .sync()
                        .getChannels());
            }
            case "setState" -> {
                return JavaSdk.tree(client.setPresenceState()
                        .channels(channels)
                        .state(gson(with.get("state")))
                        .sync()
                        .getState());
            }
            default -> {
                return JavaSdk.tree(client.getPresenceState()
                        .channels(channels)
                        .uuid(with.get("user").textValue())
                        .sync()
                        .getStateByUUID());
            }
        }
    }

    private JsonNode access(String name, JsonNode with) throws PubNubException {
        switch (name) {
            case "grant" -> {
                return object().put("token", grant(with));
            }
            case "revoke" ->
                client.revokeToken().token(with.get("token").textValue()).sync();
            case "token" -> client.setToken(with.get("token").textValue());
            case "parse" -> {
                return parsed(client.parseToken(with.get("token").textValue()));
            }
            case "grantKeys" ->
                client.grant()
                        .channels(texts(with.get("channels")))
                        .authKeys(texts(with.get("keys")))
                        .read(true)
                        .write(true)
                        .ttl(60)
                        .sync();
            default -> throw new IllegalArgumentException(name);
        }
        return object();
    }

    /** All channels are granted the same: what stands in {@code may}. */
    private String grant(JsonNode with) throws PubNubException {
        List<ChannelGrant> grants = new ArrayList<>();
        texts(with.path("channels")).forEach(name -> grants.add(may(ChannelGrant.name(name), with)));
        texts(with.path("patterns")).forEach(name -> grants.add(may(ChannelGrant.pattern(name), with)));
        var builder = client.grantToken(with.path("minutes").asInt(60)).channels(grants);
        if (with.has("user")) {
            builder.authorizedUUID(with.get("user").textValue());
        }
        return builder.sync().getToken();
    }

    private static ChannelGrant may(ChannelGrant grant, JsonNode with) {
        List<String> may = texts(with.path("may"));
        if (may.contains("read")) {
            grant.read();
        }
        if (may.contains("write")) {
            grant.write();
        }
        if (may.contains("delete")) {
            grant.delete();
        }
        return grant;
    }

    private static JsonNode parsed(PNToken token) {
        ObjectNode all = object().put("version", token.getVersion()).put("minutes", token.getTtl());
        all.put("user", token.getAuthorizedUUID());
        ObjectNode channels = all.putObject("channels");
        token.getResources().getChannels().forEach((channel, may) -> {
            ObjectNode one = channels.putObject(channel).put("read", may.isRead());
            one.put("write", may.isWrite()).put("delete", may.isDelete());
        });
        return all;
    }

    private JsonNode absent(String name, JsonNode with) throws PubNubException {
        switch (name) {
            case "files" -> client.listFiles().channel(channel(with)).sync();
            case "metadata" -> client.setUUIDMetadata().uuid("u").name("U").sync();
            default ->
                client.auditPushChannelProvisions()
                        .deviceId("device")
                        .pushType(PNPushType.FCM)
                        .sync();
        }
        return object();
    }
}
