package dev.mirror.gateway.keyset;

import dev.mirror.identity.UserId;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one application, as PubNub's portal gives them out, and what they open.
 *
 * @param publishKey has to be shown to publish
 * @param subscribeKey has to be shown for everything; it is the name of the keyset's space as well
 * @param secretKey signs grants; {@code null} if nothing is signed
 * @param access who may do what
 * @param names where its channels lie
 * @param presence how it tells who comes and goes
 */
public record Keyset(
        String publishKey,
        String subscribeKey,
        @Nullable String secretKey,
        Access access,
        Names names,
        PresenceSettings presence) {
    /** Who may do what. */
    public enum Access {
        /** Everybody may do everything, as at PubNub without its Access Manager. */
        OPEN,
        /** What a token allows, that was granted with the secret key. */
        MANAGED,
        /** As in 2018: everybody may do everything, whatever keys they show, in the conversations of others too. */
        LEGACY
    }

    /** Where channels lie. */
    public enum Names {
        /** All of them in the keyset's own space. */
        OWN,
        /** Rooms, and conversations of two users, are those of WebSocket clients; the rest is in its own space. */
        SHARED
    }

    /** @throws IllegalArgumentException if the subscribe key is not an id, a key is missing, or a managed one has no secret */
    public Keyset {
        if (!UserId.isId(subscribeKey, 0, subscribeKey.length())) {
            throw new IllegalArgumentException("a subscribe key is 1 to 64 of A-Z a-z 0-9 _ -");
        }
        if (publishKey.isEmpty() || publishKey.indexOf('/') >= 0) {
            throw new IllegalArgumentException("a publish key is not empty and has no slash");
        }
        if (access == Access.MANAGED && (secretKey == null || secretKey.isEmpty())) {
            throw new IllegalArgumentException("a managed keyset has a secret key");
        }
    }

    /** A keyset with the {@linkplain PresenceSettings#STANDARD usual} presence. */
    public Keyset(String publishKey, String subscribeKey, @Nullable String secretKey, Access access, Names names) {
        this(publishKey, subscribeKey, secretKey, access, names, PresenceSettings.STANDARD);
    }

    /** An open keyset with names of its own, as PubNub's demo keys are. */
    public static Keyset open(String publishKey, String subscribeKey) {
        return new Keyset(publishKey, subscribeKey, null, Access.OPEN, Names.OWN);
    }

    /** What pages from 2018 need: one keyset for all keys that nobody has named, open and with shared names. */
    public static Keyset legacy() {
        return new Keyset("any", "legacy-2018", null, Access.LEGACY, Names.SHARED);
    }

    /** Whether this publish key goes with the subscribe key. */
    public boolean accepts(String shown) {
        return access == Access.LEGACY || shown.equals(publishKey);
    }

    /** The space of its external channels. */
    public String space() {
        return subscribeKey;
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return subscribeKey + " (" + access + ", " + names + ")";
    }
}
