package dev.mirror.gateway.wire;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The parameters of a request, decoded. Of a name that is given twice the first counts. Immutable.
 *
 * <p>Limit: {@value #MAX_PARAMETERS} parameters.
 */
public final class Query {
    private static final int MAX_PARAMETERS = 100;

    private final Map<String, String> values;

    private Query(Map<String, String> values) {
        this.values = Collections.unmodifiableMap(values);
    }

    /**
     * Reads the parameters.
     *
     * @throws Refusal if one is not percent-encoded UTF-8, or there are too many
     */
    public static Query parse(String query) {
        Map<String, String> values = new LinkedHashMap<>();
        int start = 0;
        while (start < query.length()) {
            int next = query.indexOf('&', start);
            int end = next < 0 ? query.length() : next;
            int equals = query.indexOf('=', start);
            if (equals < 0 || equals > end) {
                equals = end;
            }
            if (end > start) {
                String name = Percent.decode(query.substring(start, equals));
                values.putIfAbsent(name, Percent.decode(query.substring(Math.min(equals + 1, end), end)));
            }
            if (values.size() > MAX_PARAMETERS) {
                throw new Refusal(400, "Bad Request");
            }
            start = end + 1;
        }
        return new Query(values);
    }

    /** The value; empty if there is none, or only an empty one. */
    public Optional<String> get(String name) {
        return Optional.ofNullable(values.get(name)).filter(value -> !value.isEmpty());
    }

    /** The value, if it is a number that is not negative. */
    public OptionalLong number(String name) {
        String value = values.getOrDefault(name, "");
        if (value.isEmpty() || value.length() > 18 || !value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(Long.parseLong(value));
    }

    /** Whether the value is {@code true} or {@code 1}. */
    public boolean flag(String name) {
        String value = values.getOrDefault(name, "");
        return value.equals("true") || value.equals("1");
    }

    /** The elements of a list with commas; none if there is no such parameter. */
    public List<String> list(String name) {
        return list(Optional.ofNullable(values.get(name)));
    }

    private static List<String> list(Optional<String> text) {
        return text.map(Query::elements).orElse(List.of());
    }

    /** The elements of a list with commas, without repetition and without empty ones: a lone comma is an empty list. */
    public static List<String> elements(String text) {
        List<String> elements = new ArrayList<>();
        for (String element : text.split(",", -1)) {
            if (!element.isEmpty()) {
                elements.add(element);
            }
        }
        return elements.stream().distinct().toList();
    }

    /** All of them, by name, as sent; for what is signed. */
    public Map<String, String> all() {
        return values;
    }
}
