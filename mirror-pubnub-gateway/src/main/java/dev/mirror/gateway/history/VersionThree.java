package dev.mirror.gateway.history;

import static java.util.stream.Collectors.groupingBy;

import dev.mirror.gateway.actions.Action;
import dev.mirror.gateway.stream.Entry;
import dev.mirror.gateway.stream.Envelope;
import dev.mirror.gateway.wire.JsonText;
import dev.mirror.gateway.wire.Query;
import dev.mirror.gateway.wire.RawTarget;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Writes {@code {"status":200,"error":false,"error_message":"","channels":{"a":[{"message":…,"timetoken":"…"}]}}}. */
final class VersionThree {
    private static final String HEAD = "{\"status\":200,\"error\":false,\"error_message\":\"\",\"channels\":{";

    private VersionThree() {}

    /** Channels without messages are left out. */
    static String write(
            List<String> channels, Function<String, List<Entry>> messages, List<Action> actions, Query query) {
        boolean encoded =
                !query.get("encode_channels").filter(VersionThree::isOff).isPresent();
        Map<Long, List<Action>> byMessage = actions.stream().collect(groupingBy(Action::message));
        return channels.stream()
                .filter(channel -> !messages.apply(channel).isEmpty())
                .map(channel -> JsonText.quote(encoded ? encode(channel) : channel)
                        + messages.apply(channel).stream()
                                .map(entry -> item(
                                        entry,
                                        byMessage.getOrDefault(entry.shown().timetoken(), List.of()),
                                        query))
                                .collect(Collectors.joining(",", ":[", "]")))
                .collect(Collectors.joining(",", HEAD, "}}"));
    }

    /** Adds where the rest is, which there was no room for. */
    static String more(String text, RawTarget target, long start, int max) {
        String url = target.path() + "?start=" + start + "&max=" + max;
        return text.substring(0, text.length() - 1) + ",\"more\":{\"url\":" + JsonText.quote(url) + ",\"start\":\""
                + start + "\",\"max\":" + max + "}}";
    }

    private static boolean isOff(String flag) {
        return flag.equals("false") || flag.equals("0");
    }

    private static String encode(String channel) {
        return URLEncoder.encode(channel, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String item(Entry entry, List<Action> actions, Query query) {
        Envelope envelope = entry.envelope();
        StringBuilder out = new StringBuilder(envelope.payload().length() + 128)
                .append("{\"message\":")
                .append(envelope.payload())
                .append(",\"timetoken\":\"")
                .append(entry.shown().timetoken())
                .append('"');
        if (query.flag("include_message_type")) {
            out.append(",\"message_type\":").append(envelope.kind() == Envelope.MESSAGE ? "null" : envelope.kind());
        }
        if (query.flag("include_custom_message_type") && envelope.customType() != null) {
            out.append(",\"custom_message_type\":").append(JsonText.quote(envelope.customType()));
        }
        if (query.flag("include_uuid")) {
            out.append(",\"uuid\":")
                    .append(envelope.publisher() == null ? "null" : JsonText.quote(envelope.publisher()));
        }
        if (query.flag("include_meta")) {
            out.append(",\"meta\":").append(envelope.meta() == null ? "\"\"" : envelope.meta());
        }
        if (!actions.isEmpty()) {
            out.append(",\"actions\":").append(grouped(actions));
        }
        return out.append('}').toString();
    }

    /** By type, then by value. */
    private static String grouped(List<Action> actions) {
        Map<String, Map<String, List<Action>>> byType = actions.stream()
                .collect(groupingBy(
                        action -> action.what().type(),
                        LinkedHashMap::new,
                        groupingBy(action -> action.what().value(), LinkedHashMap::new, Collectors.toList())));
        return object(byType, byValue -> object(byValue, VersionThree::done));
    }

    private static String done(List<Action> actions) {
        return actions.stream()
                .map(action -> "{\"uuid\":" + JsonText.quote(action.what().uuid()) + ",\"actionTimetoken\":\""
                        + action.timetoken() + "\"}")
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static <T> String object(Map<String, T> map, Function<T, String> value) {
        return map.entrySet().stream()
                .map(entry -> JsonText.quote(entry.getKey()) + ':' + value.apply(entry.getValue()))
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** How many messages there are on each channel, and where counting was given up. */
    static String counts(List<String> channels, List<Integer> counts) {
        StringBuilder counted = new StringBuilder();
        StringBuilder more = new StringBuilder();
        for (int i = 0; i < channels.size(); i++) {
            String name = JsonText.quote(channels.get(i));
            counted.append(i == 0 ? "" : ",").append(name).append(':').append(counts.get(i));
            if (counts.get(i) >= HistoryEndpoints.MAX_COUNTED) {
                more.append(more.isEmpty() ? "" : ",").append(name).append(":{\"is_more\":true}");
            }
        }
        String rest = more.isEmpty() ? "" : ",\"more\":{" + more + '}';
        return HEAD + counted + '}' + rest + '}';
    }
}
