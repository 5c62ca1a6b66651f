package dev.mirror.gateway.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tells whether a request was signed with the secret key of a keyset, within a minute of now.
 *
 * <p>Signature v2 covers the method, the path, the query and the body. The older one covers the path and the query;
 * it is taken where there is no body, and where SDKs are known to leave the body out: on {@code /publish}. A grant needs
 * v2. Safe for any thread.
 */
final class Signatures {
    /** How far the time in a request may be from ours, in seconds. */
    static final int MAX_SKEW_SECONDS = 60;

    private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9_.-]+");
    private static final String ALGORITHM = "HmacSHA256";
    private static final String VERSION_TWO = "v2.";
    private static final String PUBLISH = "/publish/";

    private final String subscribeKey;
    private final String publishKey;
    private final SecretKeySpec key;

    /** The signatures of a keyset. */
    Signatures(String subscribeKey, String publishKey, String secretKey) {
        this.subscribeKey = subscribeKey;
        this.publishKey = publishKey;
        this.key = new SecretKeySpec(secretKey.getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    /**
     * What is signed.
     *
     * @param method in capitals
     * @param path as sent, percent-encoded, without the query and without the origin
     * @param query decoded; the first value of each name
     * @param body after its content encoding was undone; empty if there is none
     */
    record Signed(String method, String path, Map<String, String> query, String body) {}

    /** What a signature proves. */
    enum Verdict {
        /** There is none. */
        NONE,
        /** Whoever sent this has the secret key. */
        GOOD,
        /** It is not one of this request. */
        WRONG,
        /** It is too old, or from the future, or does not say when it was made. */
        STALE
    }

    /** Looks at the signature of a request. */
    Verdict check(Signed request, Instant now) {
        String signature = request.query.get("signature");
        if (signature == null) {
            return Verdict.NONE;
        }
        if (!isFresh(request.query.getOrDefault("timestamp", ""), now)) {
            return Verdict.STALE;
        }
        // Names are signed as they are: one with other characters could read like several parameters.
        boolean plain = request.query.keySet().stream()
                .allMatch(name -> PLAIN_NAME.matcher(name).matches());
        return plain && isGood(request, signature) ? Verdict.GOOD : Verdict.WRONG;
    }

    private static boolean isFresh(String timestamp, Instant now) {
        try {
            return Math.abs(Math.subtractExact(Long.parseLong(timestamp), now.getEpochSecond())) <= MAX_SKEW_SECONDS;
        } catch (NumberFormatException | ArithmeticException e) {
            return false;
        }
    }

    private boolean isGood(Signed request, String signature) {
        boolean publish = request.path.startsWith(PUBLISH);
        String query = canonical(request.query);
        if (signature.startsWith(VERSION_TWO)) {
            String given = signature.substring(VERSION_TWO.length());
            return isSame(given, versionTwo(request, query))
                    || (publish && isSame(given, versionTwo(withoutBody(request), query)));
        }
        boolean bodiless = publish || (request.method.equals("GET") && request.body.isEmpty());
        return bodiless && isSame(signature, older(request.path, query));
    }

    /** JavaScript SDKs sign a publish as if it were a GET, whatever it is. */
    private static Signed withoutBody(Signed request) {
        return new Signed("GET", request.path, request.query, "");
    }

    private byte[] versionTwo(Signed request, String query) {
        String head = request.method + '\n' + publishKey + '\n' + request.path + '\n' + query + '\n';
        return hmac(head + request.body);
    }

    private byte[] older(String path, String query) {
        return hmac(subscribeKey + '\n' + publishKey + '\n' + word(path) + '\n' + query);
    }

    /** The calls of Access Manager's first version are signed by name, not by path. */
    private static String word(String path) {
        if (path.startsWith("/v1/auth/grant/")) {
            return "grant";
        }
        return path.startsWith("/v1/auth/audit/") ? "audit" : path;
    }

    private byte[] hmac(String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }

    private static boolean isSame(String given, byte[] expected) {
        try {
            return MessageDigest.isEqual(Base64.getUrlDecoder().decode(given), expected);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Every parameter but the signature, in the order of the names, with everything escaped that may be. */
    private static String canonical(Map<String, String> query) {
        StringJoiner joiner = new StringJoiner("&");
        new TreeMap<>(query).forEach((name, value) -> {
            if (!name.equals("signature")) {
                joiner.add(name + '=' + escaped(value));
            }
        });
        return joiner.toString();
    }

    private static String escaped(String value) {
        StringBuilder out = new StringBuilder(value.length() + 16);
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (plain || c == '-' || c == '_' || c == '.') {
                out.append(c);
            } else {
                out.append('%')
                        .append(Character.toUpperCase(Character.forDigit(b >> 4 & 15, 16)))
                        .append(Character.toUpperCase(Character.forDigit(b & 15, 16)));
            }
        }
        return out.toString();
    }
}
