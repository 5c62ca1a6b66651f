package dev.mirror.gateway.keyset;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All keysets of a gateway, found by their subscribe keys. Immutable. */
public final class Keysets {
    private static final int MAX_KEY = 92;

    private final Map<String, Keyset> bySubscribeKey = new HashMap<>(); // filled by the constructor
    private final Optional<Keyset> legacy;

    /** @throws IllegalArgumentException if two have one subscribe key */
    public Keysets(List<Keyset> keysets) {
        for (Keyset keyset : keysets) {
            if (bySubscribeKey.put(keyset.subscribeKey(), keyset) != null) {
                throw new IllegalArgumentException("two keysets have the subscribe key " + keyset.subscribeKey());
            }
        }
        legacy = keysets.stream()
                .filter(keyset -> keyset.access() == Keyset.Access.LEGACY)
                .findFirst();
    }

    /** The keyset with this subscribe key; the legacy one, if there is one, goes with every key that no other has. */
    public Optional<Keyset> find(String subscribeKey) {
        return Optional.ofNullable(bySubscribeKey.get(subscribeKey))
                .or(() -> legacy.filter(any -> !subscribeKey.isEmpty() && subscribeKey.length() <= MAX_KEY));
    }

    /** Whether a keyset with names of its own, or shared ones, has its channels in this space. */
    public boolean owns(String space) {
        return bySubscribeKey.containsKey(space);
    }

    /** Whether some keyset shares its names with WebSocket clients. */
    public boolean isAnyShared() {
        return bySubscribeKey.values().stream().anyMatch(keyset -> keyset.names() == Keyset.Names.SHARED);
    }
}
