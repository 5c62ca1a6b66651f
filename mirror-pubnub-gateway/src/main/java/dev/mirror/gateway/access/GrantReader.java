package dev.mirror.gateway.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the body of a grant and says what is wrong with it. */
final class GrantReader {
    /** The longest name of a resource, in characters. */
    private static final int MAX_NAME = 256;

    private static final int MAX_META_DEPTH = 8;

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private GrantReader() {}

    /**
     * Reads a body.
     *
     * @throws GrantException if it is not a grant
     */
    static Grant read(String body) {
        JsonNode root;
        try {
            root = JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new GrantException("Invalid JSON", "The body is not JSON.", "");
        }
        if (!root.isObject()) {
            throw new GrantException("Invalid JSON", "The body is not an object.", "");
        }
        int minutes = minutes(root.path("ttl"));
        JsonNode permissions = root.path("permissions");
        if (!permissions.isObject()) {
            throw new GrantException("Invalid permissions", unexpected("permissions", "be an object"), "permissions");
        }
        Grant.Rights resources = rights(permissions, "resources");
        Grant.Rights patterns = rights(permissions, "patterns");
        compile(patterns);
        if (resources.isEmpty() && patterns.isEmpty()) {
            throw new GrantException("This grant contains no permissions", "", "");
        }
        return new Grant(minutes, uuid(permissions.path("uuid")), resources, patterns, meta(permissions.path("meta")));
    }

    private static int minutes(JsonNode ttl) {
        if (!ttl.canConvertToExactIntegral() || !ttl.canConvertToInt() || !isIn(1, ttl.intValue(), Grant.MAX_MINUTES)) {
            throw new GrantException("Invalid ttl", "Range should be 1 to 43200 minute(s).", "ttl");
        }
        return ttl.intValue();
    }

    private static boolean isIn(int least, int value, int most) {
        return value >= least && value <= most;
    }

    private static Grant.Rights rights(JsonNode permissions, String group) {
        String path = "permissions." + group;
        JsonNode kinds = permissions.path(group);
        requireObject(kinds, path);
        Map<Resource, Map<String, Integer>> bits = new EnumMap<>(Resource.class);
        for (Resource resource : Resource.values()) {
            bits.put(resource, names(kinds.path(resource.plural), path + '.' + resource.plural));
        }
        return new Grant.Rights(bits);
    }

    private static Map<String, Integer> names(JsonNode names, String path) {
        requireObject(names, path);
        Map<String, Integer> bits = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : names.properties()) {
            String place = path + '.' + entry.getKey();
            JsonNode value = entry.getValue();
            if (!value.canConvertToExactIntegral() || !value.canConvertToInt() || value.intValue() <= 0) {
                throw new GrantException("Invalid permissions", unexpected(place, "be positive and non-zero"), place);
            }
            if (value.intValue() > Grant.ALL_BITS || entry.getKey().isEmpty()) {
                throw new GrantException("Invalid permissions", unexpected(place, "be a sum of permissions"), place);
            }
            bits.put(entry.getKey(), value.intValue());
        }
        return bits;
    }

    private static void requireObject(JsonNode node, String path) {
        if (!node.isObject() && !node.isMissingNode() && !node.isNull()) {
            throw new GrantException("Invalid permissions", unexpected(path, "be an object"), path);
        }
    }

    private static String unexpected(String path, String must) {
        return "Unexpected value: `" + path + "` must " + must + '.';
    }

    private static void compile(Grant.Rights patterns) {
        for (Resource resource : Resource.values()) {
            for (String expression : patterns.of(resource).keySet()) {
                try {
                    NamePattern.of(expression);
                } catch (IllegalArgumentException e) {
                    String place = "permissions.patterns." + resource.plural + '.' + expression;
                    throw new GrantException("Invalid RegExp", String.valueOf(e.getMessage()), place);
                }
            }
        }
    }

    private static @Nullable String uuid(JsonNode uuid) {
        if (uuid.isMissingNode() || uuid.isNull()) {
            return null;
        }
        if (!uuid.isTextual() || !isIn(1, uuid.textValue().length(), MAX_NAME)) {
            throw new GrantException(
                    "Invalid uuid", unexpected("permissions.uuid", "be a user id"), "permissions.uuid");
        }
        return uuid.textValue();
    }

    private static Map<String, Object> meta(JsonNode meta) {
        requireObject(meta, "permissions.meta");
        return meta.isObject() ? map(meta, 0) : Map.of();
    }

    private static Map<String, Object> map(JsonNode object, int depth) {
        Map<String, Object> map = new LinkedHashMap<>();
        object.properties().forEach(entry -> map.put(entry.getKey(), value(entry.getValue(), depth + 1)));
        return map;
    }

    private static Object value(JsonNode node, int depth) {
        if (depth > MAX_META_DEPTH) {
            throw new GrantException(
                    "Invalid meta", unexpected("permissions.meta", "not be so deep"), "permissions.meta");
        }
        return switch (node.getNodeType()) {
            case OBJECT -> map(node, depth);
            case ARRAY -> {
                List<Object> list = new ArrayList<>();
                node.forEach(each -> list.add(value(each, depth + 1)));
                yield list;
            }
            case STRING -> node.textValue();
            case BOOLEAN -> node.booleanValue();
            case NUMBER -> number(node);
            default -> CborReader.NULL;
        };
    }

    private static Object number(JsonNode node) {
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            return node.longValue();
        }
        return node.doubleValue();
    }
}
