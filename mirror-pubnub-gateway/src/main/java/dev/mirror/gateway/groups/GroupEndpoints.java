package dev.mirror.gateway.groups;

import dev.mirror.gateway.keyset.ChannelNames;
import dev.mirror.gateway.route.Access;
import dev.mirror.gateway.route.Permission;
import dev.mirror.gateway.route.Request;
import dev.mirror.gateway.route.Routes;
import dev.mirror.gateway.wire.Answer;
import dev.mirror.gateway.wire.ErrorStyle;
import dev.mirror.gateway.wire.JsonText;
import dev.mirror.gateway.wire.Query;
import dev.mirror.gateway.wire.Refusal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * Channel groups: list, change, delete, all by GET. Clients of before put groups into namespaces; the group {@code g} of
 * the namespace {@code n} is subscribed to as {@code n:g}.
 */
public final class GroupEndpoints {
    /** How many channels one call adds or removes at most. */
    public static final int MAX_PER_CALL = 200;

    private static final String ROOT = "/v1/channel-registration/sub-key|sub_key/{sub}";
    private static final String NAMESPACE = "/namespace/{namespace}";
    private static final ErrorStyle STYLE = ErrorStyle.service("channel-registry");
    private static final Answer DONE =
            Answer.ok("{\"status\":200,\"message\":\"OK\",\"service\":\"channel-registry\",\"error\":false}");

    private final Access access;
    private final StateGroups groups;

    /** Puts them together. */
    public GroupEndpoints(Access access, StateGroups groups) {
        this.access = access;
        this.groups = groups;
    }

    /** Adds what there is. */
    public void addTo(Routes routes) {
        for (String place : List.of(ROOT, ROOT + NAMESPACE)) {
            String path = place + "/channel-group";
            routes.add("GET", path, STYLE, this::list);
            routes.add("GET", path + "/{group}", STYLE, this::group);
            routes.add("GET", path + "/{group}/remove", STYLE, this::delete);
        }
        routes.add("GET", ROOT + "/namespace", STYLE, this::namespaces);
        routes.add("GET", ROOT + NAMESPACE + "/remove", STYLE, this::deleteNamespace);
    }

    private CompletionStage<Answer> list(Request request) {
        String namespace = namespace(request);
        return all(request)
                .thenApply(names -> payload("\"namespace\":" + JsonText.quote(namespace) + ",\"groups\":"
                        + array(within(namespace, names))));
    }

    private CompletionStage<List<String>> all(Request request) {
        return access.check(request, Permission.MANAGE, new Access.Resources(List.of(), List.of()))
                .thenCompose(allowed -> groups.groups(request.keyset()));
    }

    /** The groups of a namespace, by their names in it; those of none if it is empty. */
    private static List<String> within(String namespace, List<String> names) {
        return names.stream()
                .filter(name -> namespaceOf(name).equals(namespace))
                .map(name -> namespace.isEmpty() ? name : name.substring(namespace.length() + 1))
                .toList();
    }

    private static String namespaceOf(String group) {
        return group.substring(0, Math.max(0, group.indexOf(ChannelNames.NAMESPACE)));
    }

    private CompletionStage<Answer> namespaces(Request request) {
        return all(request).thenApply(names -> {
            List<String> namespaces = names.stream()
                    .map(GroupEndpoints::namespaceOf)
                    .filter(name -> !name.isEmpty())
                    .distinct()
                    .toList();
            return payload("\"sub_key\":" + JsonText.quote(request.keyset().subscribeKey()) + ",\"namespaces\":"
                    + array(namespaces));
        });
    }

    private CompletionStage<Answer> deleteNamespace(Request request) {
        String namespace = namespace(request);
        return all(request)
                .thenCompose(names -> {
                    CompletionStage<Void> deleted = CompletableFuture.completedFuture(null);
                    for (String name : names) {
                        if (namespaceOf(name).equals(namespace)) {
                            deleted = deleted.thenCompose(before -> groups.delete(request.keyset(), name));
                        }
                    }
                    return deleted;
                })
                .thenApply(done -> DONE);
    }

    private CompletionStage<Answer> group(Request request) {
        String group = name(request);
        Map<String, String> query = request.query().all();
        if (query.containsKey("add")) {
            List<String> channels = channels(query.get("add"));
            return allowed(request, group)
                    .thenCompose(allowed -> groups.add(request.keyset(), group, channels))
                    .thenApply(done -> DONE);
        }
        if (query.containsKey("remove")) {
            List<String> channels = channels(query.get("remove"));
            return allowed(request, group)
                    .thenCompose(allowed -> groups.remove(request.keyset(), group, channels))
                    .thenApply(done -> DONE);
        }
        return allowed(request, group)
                .thenCompose(allowed -> groups.channels(request.keyset(), group))
                .thenApply(channels -> payload(
                        "\"channels\":" + array(channels) + ",\"group\":" + JsonText.quote(request.segment("group"))));
    }

    private CompletionStage<Answer> delete(Request request) {
        String group = name(request);
        return allowed(request, group)
                .thenCompose(allowed -> groups.delete(request.keyset(), group))
                .thenApply(done -> DONE);
    }

    private CompletionStage<Void> allowed(Request request, String group) {
        return access.check(request, Permission.MANAGE, new Access.Resources(List.of(), List.of(group)));
    }

    private static String name(Request request) {
        String group = request.segment("group");
        requireName(group);
        String namespace = namespace(request);
        return namespace.isEmpty() ? group : namespace + ChannelNames.NAMESPACE + group;
    }

    /** The namespace that a request is about; empty if it is about none. */
    private static String namespace(Request request) {
        String namespace = request.path().getOrDefault("namespace", "");
        if (request.path().containsKey("namespace")) {
            requireName(namespace);
        }
        return namespace;
    }

    private static List<String> channels(String list) {
        List<String> channels = Query.elements(list);
        channels.forEach(GroupEndpoints::requireName);
        if (channels.size() > MAX_PER_CALL) {
            throw new Refusal(400, "Maximum count of channels in a request is " + MAX_PER_CALL);
        }
        return channels;
    }

    private static void requireName(String name) {
        if (!ChannelNames.isName(name)) {
            throw new Refusal(400, "Reserved character in input parameters.");
        }
    }

    private static Answer payload(String payload) {
        return Answer.ok(
                "{\"status\":200,\"payload\":{" + payload + "},\"service\":\"channel-registry\",\"error\":false}");
    }

    private static String array(List<String> names) {
        return names.stream().map(JsonText::quote).collect(Collectors.joining(",", "[", "]"));
    }
}
