package dev.mirror.gateway.access;

import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a token says: who may do what, and for how long.
 *
 * @param minutes how long it lasts, 1 to {@value #MAX_MINUTES}
 * @param uuid the only user id that may use it; {@code null} for everybody who has it
 * @param resources what is allowed by name
 * @param patterns what is allowed to every name that an expression matches
 * @param meta what the granter wants to find in the token again: JSON values as Java has them
 */
record Grant(int minutes, @Nullable String uuid, Rights resources, Rights patterns, Map<String, Object> meta) {
    /** The longest life, in minutes. */
    static final int MAX_MINUTES = 43_200;

    /** Every permission there is. */
    static final int ALL_BITS = 255;

    Grant {
        meta = Collections.unmodifiableMap(new LinkedHashMap<>(meta));
    }

    Optional<String> onlyUser() {
        return Optional.ofNullable(uuid);
    }

    /** Bits under names, for each kind of resource, in the order in which they were granted. */
    record Rights(Map<Resource, Map<String, Integer>> bits) {
        Rights {
            bits = new EnumMap<>(bits);
            for (Resource resource : Resource.values()) {
                bits.putIfAbsent(resource, Map.of());
            }
        }

        Map<String, Integer> of(Resource resource) {
            return bits.getOrDefault(resource, Map.of());
        }

        boolean isEmpty() {
            return bits.values().stream().allMatch(Map::isEmpty);
        }
    }
}
