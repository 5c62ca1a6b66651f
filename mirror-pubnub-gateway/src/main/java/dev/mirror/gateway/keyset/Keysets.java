package dev.mirror.gateway.keyset;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All keysets of a gateway, found by their subscribe keys. Immutable. */
public final class Keysets {
    private final Map<String, Keyset> bySubscribeKey = new HashMap<>(); // filled by the constructor

    /** @throws IllegalArgumentException if two have one subscribe key */
    public Keysets(List<Keyset> keysets) {
        for (Keyset keyset : keysets) {
            if (bySubscribeKey.put(keyset.subscribeKey(), keyset) != null) {
                throw new IllegalArgumentException("two keysets have the subscribe key " + keyset.subscribeKey());
            }
        }
    }

    /** The keyset with this subscribe key. */
    public Optional<Keyset> find(String subscribeKey) {
        return Optional.ofNullable(bySubscribeKey.get(subscribeKey));
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
