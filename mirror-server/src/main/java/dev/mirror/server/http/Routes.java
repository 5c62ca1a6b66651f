package dev.mirror.server.http;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which path and method is whose: exact paths, no patterns, so that nothing is reachable that was not put here.
 *
 * <p>Filled before the server starts; read by any thread afterwards.
 */
final class Routes {
    // Changed only before the server starts.
    private final Map<String, Map<String, Endpoint>> table = new TreeMap<>();

    @CanIgnoreReturnValue
    Routes add(String method, String path, Endpoint endpoint) {
        table.computeIfAbsent(path, p -> new TreeMap<>()).put(method, endpoint);
        return this;
    }

    boolean has(String path) {
        return table.containsKey(path);
    }

    /** The endpoint; a HEAD is answered like the GET, whose body is then left out. */
    Optional<Endpoint> find(String method, String path) {
        Map<String, Endpoint> methods = table.getOrDefault(path, Map.of());
        return Optional.ofNullable(methods.get(method.equals("HEAD") ? "GET" : method));
    }

    /** What the header Allow says of a path. */
    String allowed(String path) {
        Set<String> methods = new TreeSet<>(table.getOrDefault(path, Map.of()).keySet());
        if (methods.contains("GET")) {
            methods.add("HEAD");
        }
        return String.join(", ", methods);
    }
}
