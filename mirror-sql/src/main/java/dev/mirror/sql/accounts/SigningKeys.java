package dev.mirror.sql.accounts;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import dev.mirror.sql.StoreException;
import dev.mirror.sql.Surroundings;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;

/**
 * The RSA keys that tokens are signed with: at most two, of which the newer one signs and the older one verifies until
 * every token that it signed has ended. They are made here, in the data folder, and never leave it. Any thread.
 */
final class SigningKeys {
    static final String FILE = "signing-keys.json";
    static final int LEAST_BITS = 2048;
    private static final int LIVE = 2;

    /** A key, ready for use. */
    record Key(RSAKey jwk, JWSSigner signer, JWSVerifier verifier) {
        static Key of(RSAKey jwk) throws JOSEException {
            return new Key(jwk, new RSASSASigner(jwk), new RSASSAVerifier(jwk));
        }

        String id() {
            return jwk.getKeyID();
        }

        boolean hasEnded(Instant now) {
            Date end = jwk.getExpirationTime();
            return end != null && now.isAfter(end.toInstant());
        }

        /** Does not show the key. */
        @Override
        public String toString() {
            return "Key[" + id() + "]";
        }
    }

    private final PrivateFile file;
    private final Surroundings surroundings;

    /** The newest first. Written under the lock of this. */
    private volatile List<Key> keys;

    /**
     * Reads the keys, and makes the first one if there is none.
     *
     * @throws StoreException.Damaged if the file holds anything but one or two RSA keys of at least 2048 bits
     */
    SigningKeys(Path folder, Surroundings surroundings) {
        this.file = new PrivateFile(folder.resolve(FILE));
        this.surroundings = surroundings;
        Optional<String> stored = file.read();
        if (stored.isPresent()) {
            keys = parse(stored.get());
        } else {
            keys = List.of();
            replace(List.of());
        }
    }

    /** The key that signs. */
    Key signing() {
        return keys.get(0);
    }

    /** A key that verifies. */
    Optional<Key> find(String id) {
        Instant now = surroundings.time().instant();
        return keys.stream()
                .filter(key -> key.id().equals(id) && !key.hasEnded(now))
                .findFirst();
    }

    /**
     * Makes a new key that signs from now on. The one before it verifies for as long as is said, or until the next
     * rotation. Blocks.
     */
    synchronized void rotate(Duration verifiesOn) {
        Instant end = surroundings.time().instant().plus(verifiesOn);
        replace(List.of(
                new RSAKey.Builder(signing().jwk).expirationTime(Date.from(end)).build()));
    }

    /** Rotates if the key that signs was made that long ago. Blocks. */
    void rotateAfter(Duration age, Duration verifiesOn) {
        Date made = signing().jwk.getIssueTime();
        if (made != null
                && !surroundings.time().instant().isBefore(made.toInstant().plus(age))) {
            rotate(verifiesOn);
        }
    }

    private synchronized void replace(List<RSAKey> older) {
        List<JWK> all = new ArrayList<>();
        all.add(generate());
        all.addAll(older);
        String text = new JWKSet(all).toString(false);
        file.write(text);
        keys = parse(text);
    }

    private RSAKey generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(LEAST_BITS, surroundings.chance());
            KeyPair pair = generator.generateKeyPair();
            return new RSAKey.Builder((RSAPublicKey) pair.getPublic())
                    .privateKey(pair.getPrivate())
                    .keyID(Ids.next(surroundings.chance()))
                    .keyUse(KeyUse.SIGNATURE)
                    .algorithm(JWSAlgorithm.RS256)
                    .issueTime(Date.from(surroundings.time().instant()))
                    .build();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no RSA", e);
        }
    }

    private List<Key> parse(String text) {
        List<Key> found = new ArrayList<>();
        try {
            for (JWK key : JWKSet.parse(text).getKeys()) {
                found.add(Key.of(checked(key)));
            }
        } catch (ParseException | JOSEException | IllegalArgumentException e) {
            // Without its cause: a parser quotes what it read, and that is a private key.
            throw damaged("cannot be read");
        }
        if (found.isEmpty() || found.size() > LIVE) {
            throw damaged("has " + found.size() + " keys and not 1 or 2");
        }
        return List.copyOf(found);
    }

    private RSAKey checked(JWK key) {
        if (!(key instanceof RSAKey rsa) || !rsa.isPrivate() || rsa.getKeyID() == null) {
            throw damaged("has something else than private RSA keys with ids");
        }
        if (rsa.size() < LEAST_BITS) {
            throw damaged("has a key of " + rsa.size() + " bits, and " + LEAST_BITS + " are the least");
        }
        return rsa;
    }

    private StoreException damaged(String finding) {
        return new StoreException.Damaged("the key file " + file.path() + " " + finding
                + "; remove it to have a new one made, after which everybody has to log in again");
    }
}
