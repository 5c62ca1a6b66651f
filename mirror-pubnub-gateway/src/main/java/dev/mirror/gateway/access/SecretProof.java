package dev.mirror.gateway.access;

import dev.mirror.gateway.access.Signatures.Signed;
import dev.mirror.gateway.access.Signatures.Verdict;
import dev.mirror.gateway.keyset.Keyset;
import dev.mirror.gateway.route.Request;
import dev.mirror.gateway.wire.Answer;
import dev.mirror.gateway.wire.ContentCoding;
import dev.mirror.gateway.wire.Refusal;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Tells whether a request proves, by a signature, that whoever sent it has the keyset's secret key. Any thread. */
public final class SecretProof {
    private static final int MAX_BODY_BYTES = 2 << 20;

    private final InstantSource clock;
    /** By subscribe key; as many as there are keysets. */
    private final Map<String, Signatures> signatures = new ConcurrentHashMap<>();

    /** @param clock what signatures have to be close to */
    public SecretProof(InstantSource clock) {
        this.clock = clock;
    }

    /** Whether a request shows a signature, right or wrong. */
    boolean isShown(Request request) {
        return request.keyset().secretKey() != null && request.query().all().containsKey("signature");
    }

    /**
     * Whether a request is signed with the secret key.
     *
     * @throws Refusal 403 if it is signed, but not rightly; 400 if not in this minute
     */
    public boolean isGiven(Request request) {
        Keyset keyset = request.keyset();
        String secret = keyset.secretKey();
        if (secret == null || !isShown(request)) {
            return false;
        }
        String body = ContentCoding.text(request.call(), MAX_BODY_BYTES);
        Signed signed = new Signed(
                request.call().method(),
                request.target().path(),
                request.query().all(),
                body);
        Verdict verdict = signatures
                .computeIfAbsent(keyset.subscribeKey(), key -> new Signatures(key, keyset.publishKey(), secret))
                .check(signed, clock.instant());
        return switch (verdict) {
            case NONE -> false;
            case GOOD -> true;
            case STALE -> throw refusal(400, "Invalid Timestamp");
            case WRONG -> throw refusal(403, "Invalid Signature");
        };
    }

    /**
     * Demands it.
     *
     * @throws Refusal if the request is not signed with the secret key, within this minute
     */
    public void require(Request request) {
        if (!isGiven(request)) {
            throw refusal(403, "Forbidden");
        }
    }

    /** What Access Manager says, whatever service was asked. */
    static Refusal refusal(int status, String message) {
        return new Refusal(Answer.of(
                status,
                "{\"message\":\"" + message + "\",\"error\":true,\"service\":\"Access Manager\",\"status\":" + status
                        + '}'));
    }
}
