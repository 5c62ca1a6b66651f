package dev.mirror.gateway.actions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.actions.MessageActions.Times;
import dev.mirror.gateway.keyset.ChannelNames;
import dev.mirror.gateway.keyset.Keyset;
import dev.mirror.gateway.publish.Outlet;
import dev.mirror.gateway.route.Access;
import dev.mirror.gateway.route.NativeAccess;
import dev.mirror.gateway.route.Permission;
import dev.mirror.gateway.route.Request;
import dev.mirror.gateway.route.Routes;
import dev.mirror.gateway.stream.Envelope;
import dev.mirror.gateway.wire.Answer;
import dev.mirror.gateway.wire.ContentCoding;
import dev.mirror.gateway.wire.ErrorStyle;
import dev.mirror.gateway.wire.JsonText;
import dev.mirror.gateway.wire.Refusal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** Message actions: add, list, remove. Whoever listens to the channel hears of what is added and removed. */
public final class ActionEndpoints {
    private static final String CHANNEL = "/v1/message-actions/{sub}/channel/{channel}";
    private static final ErrorStyle STYLE = ErrorStyle.nested("actions");
    private static final int MAX_BODY_BYTES = 8 << 10;
    private static final int MAX_TYPE = 255;
    private static final int MAX_VALUE = 2_048;
    private static final int PAGE = 100;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final ChannelNames names;
    private final Access access;
    private final MessageActions actions;
    private final Outlet outlet;
    private final Messages messages;

    /** Knows the messages of channels. Safe for any thread; must not block. */
    @FunctionalInterface
    public interface Messages {
        /** Whether there is a message with this timetoken, that was not deleted. */
        CompletionStage<Boolean> isThere(Keyset keyset, ChannelName channel, long timetoken);
    }

    /** Puts them together. */
    public ActionEndpoints(
            ChannelNames names, Access access, MessageActions actions, Outlet outlet, Messages messages) {
        this.names = names;
        this.access = access;
        this.actions = actions;
        this.outlet = outlet;
        this.messages = messages;
    }

    /** Adds what there is. */
    public void addTo(Routes routes) {
        routes.add("POST", CHANNEL + "/message/{message}", STYLE, this::add);
        routes.add("GET", CHANNEL, STYLE, this::list);
        routes.add("DELETE", CHANNEL + "/message/{message}/action/{action}", STYLE, this::remove);
    }

    private CompletionStage<Answer> add(Request request) {
        outlet.admit(request);
        long message = timetoken(request.segment("message"), "message_timetoken", "path");
        Action.What what = what(uuid(request), ContentCoding.text(request.call(), MAX_BODY_BYTES));
        return allowed(request, Permission.WRITE)
                .thenCompose(channel -> requireMessage(request, channel, message))
                .thenCompose(channel -> actions.add(request.keyset(), channel, message, what)
                        .thenCompose(action -> tell(request, channel, action, "added")
                                .exceptionallyCompose(failure -> undo(request, channel, action, failure))
                                .thenApply(told -> action)))
                .thenApply(action -> Answer.ok("{\"status\":200,\"data\":" + action.shown() + '}'));
    }

    /** Actions live as long as their message; those on nothing would be there for ever. */
    private CompletionStage<ChannelName> requireMessage(Request request, ChannelName channel, long message) {
        return messages.isThere(request.keyset(), channel, message).thenApply(there -> {
            if (!there) {
                throw new Refusal(404, "Requested object was not found.");
            }
            return channel;
        });
    }

    /** What nobody was told of is not there, so that it can be asked for again. */
    private CompletionStage<Long> undo(Request request, ChannelName channel, Action action, Throwable failure) {
        return actions.remove(request.keyset(), channel, action)
                .handle((removed, ignored) -> failure)
                .thenCompose(CompletableFuture::failedFuture);
    }

    private CompletionStage<Answer> list(Request request) {
        long start = bound(request, "start").orElse(Long.MAX_VALUE);
        long end = bound(request, "end").orElse(0L);
        int limit =
                (int) Math.max(1, Math.min(PAGE, request.query().number("limit").orElse(PAGE)));
        return allowed(request, Permission.READ)
                .thenCompose(channel -> actions.newest(request.keyset(), channel, new Times(end, start), limit + 1))
                .thenApply(newest -> page(request, newest, limit));
    }

    private static Answer page(Request request, List<Action> newest, int limit) {
        List<Action> page = new ArrayList<>(newest.subList(0, Math.min(limit, newest.size())));
        Collections.reverse(page);
        String data = page.stream().map(Action::shown).collect(Collectors.joining(",", "[", "]"));
        return Answer.ok("{\"status\":200,\"data\":" + data + (newest.size() > limit ? more(request, page) : "") + '}');
    }

    private static String more(Request request, List<Action> page) {
        String start = Long.toString(page.get(0).timetoken());
        String end = bound(request, "end").map(Object::toString).orElse("");
        String url = request.target().path() + "?start=" + start + (end.isEmpty() ? "" : "&end=" + end) + "&limit="
                + page.size();
        return ",\"more\":{\"url\":" + JsonText.quote(url) + ",\"start\":\"" + start + '"'
                + (end.isEmpty() ? "" : ",\"end\":\"" + end + '"') + ",\"limit\":" + page.size() + '}';
    }

    private CompletionStage<Answer> remove(Request request) {
        outlet.admit(request);
        long message = timetoken(request.segment("message"), "message_timetoken", "path");
        long timetoken = timetoken(request.segment("action"), "action_timetoken", "path");
        String uuid = uuid(request);
        return allowed(request, Permission.DELETE)
                .thenCompose(channel -> actions.find(request.keyset(), channel, message, timetoken)
                        .thenCompose(found -> {
                            Action action = found.filter(
                                            each -> each.what().uuid().equals(uuid))
                                    .orElseThrow(ActionEndpoints::notThere);
                            return actions.remove(request.keyset(), channel, action)
                                    .thenCompose(removed -> {
                                        if (!removed) {
                                            throw notThere();
                                        }
                                        return tell(request, channel, action, "removed");
                                    });
                        })
                        .thenApply(told -> Answer.ok("{\"status\":200,\"data\":{}}")));
    }

    private static Refusal notThere() {
        return new Refusal(400, "No such action of this user on this message.");
    }

    /** In the channel's log, in order with its messages; but WebSocket clients would take it for a message. */
    private CompletionStage<Long> tell(Request request, ChannelName channel, Action action, String event) {
        Envelope envelope = new Envelope(action.what().uuid(), Envelope.ACTION, action.event(event), null, null, 0);
        if (channel.kind() != ChannelKind.EXTERNAL) {
            return CompletableFuture.completedFuture(outlet.pass(channel, envelope));
        }
        return request.call().principal().thenCompose(speaker -> outlet.publish(channel, envelope, speaker));
    }

    private CompletionStage<ChannelName> allowed(Request request, Permission permission) {
        String name = request.segment("channel");
        if (!ChannelNames.isName(name)) {
            throw new Refusal(400, "Invalid Channel");
        }
        return access.check(request, permission, Access.Resources.channel(name))
                .thenCompose(allowed -> names.channel(request.keyset(), name))
                .thenCompose(
                        channel -> NativeAccess.check(request, List.of(channel)).thenApply(allowed -> channel));
    }

    private static Action.What what(String uuid, String body) {
        JsonNode json;
        try {
            json = JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new Refusal(415, "Request payload must be in JSON format.");
        }
        return new Action.What(uuid, field(json, "type", MAX_TYPE), field(json, "value", MAX_VALUE));
    }

    private static String field(JsonNode json, String name, int most) {
        JsonNode field = json.path(name);
        if (field.isMissingNode()) {
            throw invalid("Missing field", name, "body");
        }
        if (!field.isTextual()
                || field.textValue().isEmpty()
                || field.textValue().length() > most) {
            throw invalid("Value is invalid", name, "body");
        }
        return field.textValue();
    }

    private static String uuid(Request request) {
        return request.uuid().filter(Request::isUuid).orElseThrow(() -> invalid("Missing field", "uuid", "query"));
    }

    private static Optional<Long> bound(Request request, String name) {
        return request.query().get(name).map(text -> timetoken(text, name, "query"));
    }

    private static long timetoken(String text, String name, String place) {
        if (text.isEmpty() || text.length() > 18 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw invalid("Value is invalid", name, place);
        }
        return Long.parseLong(text);
    }

    private static Refusal invalid(String message, String location, String locationType) {
        return new Refusal(Answer.of(
                400,
                "{\"status\":400,\"error\":{\"message\":\"Request payload contained invalid input.\",\"source\":\"actions\","
                        + "\"details\":[{\"message\":\"" + message + "\",\"location\":\"" + location
                        + "\",\"locationType\":\"" + locationType + "\"}]}}"));
    }
}
