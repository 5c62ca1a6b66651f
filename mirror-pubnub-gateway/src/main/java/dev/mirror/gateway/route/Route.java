package dev.mirror.gateway.route;

import dev.mirror.gateway.wire.ErrorStyle;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A method and a pattern of path segments, and what answers there.
 *
 * @param maxBodyBytes how long a body may be, as it is sent
 */
record Route(String method, List<Part> pattern, ErrorStyle style, Endpoint endpoint, int maxBodyBytes) {
    /**
     * One segment of a pattern.
     *
     * @param name of whatever stands there; empty if one of the words has to
     */
    record Part(String name, Set<String> words) {
        static Part of(String text) {
            return text.startsWith("{")
                    ? new Part(text.substring(1, text.length() - 1), Set.of())
                    : new Part("", Set.of(text.split("\\|", -1)));
        }
    }

    static List<Part> parts(String pattern) {
        return Stream.of(pattern.substring(1).split("/", -1)).map(Part::of).toList();
    }

    /** What stands where the pattern has names; empty if the path does not fit it. */
    Optional<Map<String, String>> match(List<String> segments) {
        if (segments.size() != pattern.size()) {
            return Optional.empty();
        }
        Map<String, String> named = new HashMap<>();
        for (int i = 0; i < segments.size(); i++) {
            Part part = pattern.get(i);
            String segment = segments.get(i);
            if (!part.name.isEmpty()) {
                named.put(part.name, segment);
            } else if (!part.words.contains(segment)) {
                return Optional.empty();
            }
        }
        return Optional.of(named);
    }
}
