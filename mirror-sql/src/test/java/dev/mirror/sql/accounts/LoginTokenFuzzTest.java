package dev.mirror.sql.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.identity.Credentials;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.sql.StoreFixture;
import dev.mirror.sql.Surroundings;
import dev.mirror.testkit.fuzz.FuzzTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;

/**
 * Whatever is shown as the token of a log-in and was not signed here proves nothing, and is told so in the same words.
 * Two lines stand for the header and the claims, to which a signature is put that is none; {@code KEY} in them for the id
 * of the key that signs.
 */
class LoginTokenFuzzTest extends FuzzTarget {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    /** As long as one of a key with 2048 bits. */
    private static final String SIGNATURE = BASE64.encodeToString(new byte[256]);

    private static final Surroundings SURROUNDINGS =
            new Surroundings(InstantSource.fixed(StoreFixture.START), new SecureRandom(), Runnable::run);

    private static final SigningKeys KEYS = keys();
    private static final Tokens TOKENS =
            new Tokens(AccountsOptions.defaults(), SURROUNDINGS, KEYS, new Revocations(10));

    private static SigningKeys keys() {
        try {
            Path folder = Files.createTempDirectory("login-tokens");
            folder.toFile().deleteOnExit();
            SigningKeys keys = new SigningKeys(folder, SURROUNDINGS);
            folder.resolve(SigningKeys.FILE).toFile().deleteOnExit();
            return keys;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected void take(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        refused(text);
        String[] lines = text.replace("KEY", KEYS.signing().id()).split("\n", 2);
        if (lines.length == 2) {
            refused(encoded(lines[0]) + '.' + encoded(lines[1]) + '.' + SIGNATURE);
        }
    }

    private static String encoded(String text) {
        return BASE64.encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void refused(String text) {
        try {
            TOKENS.verify(new Credentials.Token(text));
        } catch (MirrorException refused) {
            assertThat(refused.code()).isEqualTo(ErrorCode.AUTH_REQUIRED);
            assertThat(refused).hasMessage("log in first");
            return;
        }
        throw new AssertionError("taken for a token");
    }
}
