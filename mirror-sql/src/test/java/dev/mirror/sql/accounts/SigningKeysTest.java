package dev.mirror.sql.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import dev.mirror.sql.StoreException;
import dev.mirror.sql.StoreFixture;
import dev.mirror.sql.Surroundings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SigningKeysTest {
    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve(SigningKeys.FILE);
    }

    @Test
    void o13_theFirstStartMakesAKeyOf2048BitsForItsOwnerAlone() throws Exception {
        assumeThat(Files.getFileStore(folder).supportsFileAttributeView("posix"))
                .isTrue();
        SigningKeys keys = open();
        assertThat(keys.signing().jwk().size()).isEqualTo(2048);
        assertThat(mode()).isEqualTo("rw-------");
        assertThat(open().signing().id()).isEqualTo(keys.signing().id());
    }

    @Test
    void o13_keysUnder2048BitsAreRefused() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(1024);
        var pair = generator.generateKeyPair();
        write(new RSAKey.Builder((RSAPublicKey) pair.getPublic())
                .privateKey(pair.getPrivate())
                .keyID("short")
                .build());
        assertDamaged("1024 bits");
    }

    @Test
    void o14_aFileThatOthersCanReadIsClosedToThem() throws Exception {
        assumeThat(Files.getFileStore(folder).supportsFileAttributeView("posix"))
                .isTrue();
        open();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        open();
        assertThat(mode()).isEqualTo("rw-------");
    }

    @Test
    void o14_noMoreThanTwoKeysAreLive() throws Exception {
        SigningKeys keys = open();
        String first = keys.signing().id();
        keys.rotate(Duration.ofHours(1));
        String second = keys.signing().id();
        assertThat(keys.find(first)).isPresent();
        keys.rotate(Duration.ofHours(1));
        assertThat(keys.find(first)).isEmpty();
        assertThat(keys.find(second)).isPresent();
        assertThat(mode()).isEqualTo("rw-------");
        assertThat(folder.resolve(SigningKeys.FILE + ".new")).doesNotExist();
    }

    @Test
    void whatAnInterruptedStartLeftBehindIsNoHindrance() throws Exception {
        Files.writeString(folder.resolve(SigningKeys.FILE + ".new"), "half a k");
        open();
        assertThat(file).exists();
    }

    @Test
    void otherFilesAreRefusedAndNotQuoted() throws Exception {
        Files.writeString(file, "{\"keys\":[{\"kty\":\"RSA\",\"d\":\"canary\"}]}");
        assertDamaged("cannot be read");
        Files.writeString(file, "canary");
        assertDamaged("cannot be read");
        Files.writeString(file, "{\"keys\":[]}");
        assertDamaged("0 keys");
        write(new ECKeyGenerator(Curve.P_256).keyID("curve").generate());
        assertDamaged("something else");
        write(new RSAKeyGenerator(2048).keyID("public").generate().toPublicJWK());
        assertDamaged("something else");
        write(new RSAKeyGenerator(2048).generate());
        assertDamaged("something else");
    }

    private void assertDamaged(String finding) {
        assertThatThrownBy(this::open)
                .isInstanceOf(StoreException.Damaged.class)
                .hasMessageContaining(finding)
                .hasMessageContaining(file.toString())
                .satisfies(e -> {
                    StringWriter trace = new StringWriter();
                    e.printStackTrace(new PrintWriter(trace));
                    assertThat(trace.toString()).doesNotContain("canary");
                });
    }

    private void write(JWK key) throws Exception {
        Files.writeString(file, new JWKSet(key).toString(false));
    }

    private String mode() throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private SigningKeys open() {
        Surroundings surroundings =
                new Surroundings(InstantSource.fixed(StoreFixture.START), new SecureRandom(), Runnable::run);
        return new SigningKeys(folder, surroundings);
    }
}
