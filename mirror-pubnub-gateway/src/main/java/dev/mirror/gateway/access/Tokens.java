package dev.mirror.gateway.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Makes and opens the tokens of one keyset: a grant in CBOR, and behind it its HMAC-SHA256 with a key that is derived
 * from the keyset's secret key. SDKs read what a token says and do not look at the rest; only the gateway opens it.
 *
 * <p>Two equal grants in one second are one token. Safe for any thread.
 */
final class Tokens {
    /** The longest token, in characters. */
    static final int MAX_LENGTH = 32_768;

    /** How many characters of opened tokens are remembered. */
    private static final long REMEMBERED = 4_000_000;

    private static final int VERSION = 2;
    private static final int SIGNATURE = 32;
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;
    private final Cache<String, AccessToken> opened = Caffeine.newBuilder()
            .maximumWeight(REMEMBERED)
            .weigher((String text, AccessToken token) -> text.length())
            .executor(Runnable::run)
            .build();

    /** The tokens of a keyset. Whoever has the secret key can grant; another secret key opens none of them. */
    Tokens(String subscribeKey, String secretKey) {
        byte[] purpose = ("token/" + subscribeKey).getBytes(StandardCharsets.UTF_8);
        this.key = new SecretKeySpec(
                hmac(new SecretKeySpec(secretKey.getBytes(StandardCharsets.UTF_8), ALGORITHM), purpose), ALGORITHM);
    }

    /**
     * Makes a token from the body of a grant.
     *
     * @throws GrantException if the body is not a grant
     */
    String grant(String body, Instant now) {
        Grant grant = GrantReader.read(body);
        String token;
        try {
            token = seal(grant, now);
        } catch (IllegalArgumentException e) {
            throw new GrantException("Invalid JSON", "A text has half of a surrogate pair.", "");
        }
        if (token.length() > MAX_LENGTH) {
            throw new GrantException(
                    "Invalid permissions", "The token would have more than 32768 characters.", "permissions");
        }
        return token;
    }

    String seal(Grant grant, Instant now) {
        CborWriter out = new CborWriter();
        out.map(grant.uuid() == null ? 7 : 8);
        out.key("v").number(VERSION);
        out.key("t").number(now.getEpochSecond());
        out.key("ttl").number(grant.minutes());
        write(out.key("res"), grant.resources());
        write(out.key("pat"), grant.patterns());
        out.key("meta").value(grant.meta());
        grant.onlyUser().ifPresent(uuid -> out.key("uuid").text(uuid));
        out.key("sig");
        byte[] signed = out.toBytes();
        byte[] token = out.bytes(hmac(key, signed)).toBytes();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    }

    private static void write(CborWriter out, Grant.Rights rights) {
        out.map(Resource.values().length);
        for (Resource resource : Resource.values()) {
            Map<String, Integer> bits = rights.of(resource);
            out.key(resource.key).map(bits.size());
            bits.forEach((name, value) -> out.text(name).number(value));
        }
    }

    /** Opens a token; empty if it was not made here, or changed. Says nothing about its time. */
    Optional<AccessToken> open(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        AccessToken known = opened.getIfPresent(text);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<AccessToken> token = verified(text);
        token.ifPresent(found -> opened.put(text, found));
        return token;
    }

    private Optional<AccessToken> verified(String text) {
        byte[] token;
        try {
            token = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        // The signature is the last value: two bytes say that 32 follow.
        int end = token.length - SIGNATURE;
        if (end < 2) {
            return Optional.empty();
        }
        byte[] signed = Arrays.copyOf(token, end - 2);
        byte[] signature = Arrays.copyOfRange(token, end, token.length);
        if (!MessageDigest.isEqual(hmac(key, signed), signature)) {
            return Optional.empty();
        }
        try {
            return Optional.of(read(CborReader.read(token), signature));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // ours, of a version that this one does not know
        }
    }

    private static AccessToken read(Map<String, Object> map, byte[] signature) {
        if (number(map, "v") != VERSION) {
            throw new IllegalArgumentException("another version");
        }
        Object uuid = map.get("uuid");
        Grant grant = new Grant(
                (int) number(map, "ttl"),
                uuid instanceof String only ? only : null,
                rights(map.get("res")),
                rights(map.get("pat")),
                CborReader.map(map.get("meta")));
        String id = Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
        return new AccessToken(grant, Instant.EPOCH.plus(number(map, "t"), ChronoUnit.SECONDS), id);
    }

    private static long number(Map<String, Object> map, String key) {
        if (map.get(key) instanceof Long number) {
            return number;
        }
        throw new IllegalArgumentException("not a number");
    }

    private static Grant.Rights rights(@Nullable Object value) {
        Map<String, Object> kinds = CborReader.map(value);
        Map<Resource, Map<String, Integer>> bits = new EnumMap<>(Resource.class);
        for (Resource resource : Resource.values()) {
            Map<String, Integer> names = new LinkedHashMap<>();
            CborReader.map(kinds.get(resource.key)).forEach((name, each) -> {
                if (each instanceof Long number) {
                    names.put(name, (int) (number & Grant.ALL_BITS));
                }
            });
            bits.put(resource, names);
        }
        return new Grant.Rights(bits);
    }

    private static byte[] hmac(SecretKeySpec key, byte[] bytes) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }
}
