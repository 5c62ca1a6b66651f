package dev.mirror.sql.accounts;

import dev.mirror.sql.StoreException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.jspecify.annotations.Nullable;

/**
 * Argon2id in the PHC string format. Each call takes tens of milliseconds and the memory of its cost; callers bound
 * how many run at once. Immutable but for the source of chance; any thread.
 */
final class PasswordHasher {
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final Pattern PHC =
            Pattern.compile("\\$argon2id\\$v=19\\$m=([0-9]{1,7}),t=([0-9]{1,2}),p=([0-9]{1,2})"
                    + "\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");

    /** Whether a password is the hashed one, and whether its hash costs less than it should by now. */
    record Match(boolean matches, boolean outdated) {}

    /** The parts of a PHC string; salt and hash in Base64. */
    private record Hash(HashCost cost, String salt, String hash) {}

    private final HashCost cost;
    private final SecureRandom chance;
    /** Nobody's hash, so that an unknown name takes as long as a known one. */
    private final String nobody;

    PasswordHasher(HashCost cost, SecureRandom chance) {
        this.cost = cost;
        this.chance = chance;
        this.nobody = hash(Ids.next(chance));
    }

    String hash(String password) {
        byte[] salt = new byte[SALT_BYTES];
        chance.nextBytes(salt);
        byte[] hash = compute(cost, salt, password, HASH_BYTES);
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=" + cost.memoryKib() + ",t=" + cost.passes() + ",p=" + cost.lanes() + "$"
                + base64.encodeToString(salt) + "$" + base64.encodeToString(hash);
    }

    /** Compares; {@code null} stands for a user that there is not, costs the same and never matches. */
    Match verify(@Nullable String phc, String password) {
        Hash stored = parse(phc == null ? nobody : phc);
        Base64.Decoder base64 = Base64.getDecoder();
        byte[] expected = base64.decode(stored.hash);
        byte[] actual = compute(stored.cost, base64.decode(stored.salt), password, expected.length);
        boolean equal = MessageDigest.isEqual(expected, actual);
        return new Match(equal && phc != null, stored.cost.isBelow(cost));
    }

    private static Hash parse(String phc) {
        Matcher parts = PHC.matcher(phc);
        if (!parts.matches()) {
            throw new StoreException.Damaged("a stored password hash is not one of Argon2id");
        }
        return new Hash(
                new HashCost(number(parts, 1), number(parts, 2), number(parts, 3)), parts.group(4), parts.group(5));
    }

    private static int number(Matcher parts, int group) {
        return Integer.parseInt(parts.group(group));
    }

    private static byte[] compute(HashCost cost, byte[] salt, String password, int length) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(cost.memoryKib())
                .withIterations(cost.passes())
                .withParallelism(cost.lanes())
                .withSalt(salt)
                .build());
        byte[] out = new byte[length];
        // Keyboards differ in how they compose characters; the same password must be the same bytes.
        String composed = Normalizer.normalize(password, Normalizer.Form.NFC);
        generator.generateBytes(composed.getBytes(StandardCharsets.UTF_8), out);
        return out;
    }
}
