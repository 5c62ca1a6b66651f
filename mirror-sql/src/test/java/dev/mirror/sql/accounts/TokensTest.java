package dev.mirror.sql.accounts;

import static dev.mirror.sql.accounts.AccountsFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.mirror.identity.Credentials;
import dev.mirror.identity.Principal;
import dev.mirror.message.ErrorCode;
import dev.mirror.sql.Database;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokensTest {
    private static final JOSEObjectType TYPE = new JOSEObjectType("at+jwt");

    @TempDir
    Path folder;

    private AccountsFixture fixture;
    private LogIn.Authenticated anna;
    private Credentials.Token token;

    @BeforeEach
    void open() {
        fixture = new AccountsFixture(folder);
        fixture.signUp("Anna");
        anna = fixture.logIn("Anna");
        token = fixture.accounts().tokens().issue(anna);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void a2_aTokenYieldsThePrincipalOfItsLogIn() {
        assertThat(fixture.authenticate(token)).isEqualTo(anna.principal());
        assertThat(anna.principal().expiresAt()).isEqualTo(fixture.now().plus(Duration.ofMinutes(15)));
    }

    @Test
    void aTokenIsCheckedAtOnce() {
        assertThat(fixture.accounts().authenticate(token).toCompletableFuture()).isCompleted();
    }

    @Test
    void o10_whatIsNoTokenIsRefused() {
        List<String> junk = List.of("", ".", "..", "a.b.c", "a.b", "....", "é.ü.ö", "null", "x".repeat(100_000));
        junk.forEach(text -> fixture.assertRefused(new Credentials.Token(text), ErrorCode.AUTH_REQUIRED));
    }

    @Test
    void o11_endedBadlySignedAndMalformedAreToldApart() throws Exception {
        String text = token.token();
        char last = text.charAt(text.length() - 10);
        String forged =
                text.substring(0, text.length() - 10) + (last == 'A' ? 'B' : 'A') + text.substring(text.length() - 9);
        fixture.assertRefused(new Credentials.Token(forged), ErrorCode.AUTH_REQUIRED);
        fixture.assertRefused(new Credentials.Token(text.substring(0, 40)), ErrorCode.AUTH_REQUIRED);
        fixture.advance(Duration.ofMinutes(16).minusMillis(1));
        fixture.authenticate(token);
        fixture.advance(Duration.ofMillis(1));
        fixture.assertRefused(token, ErrorCode.AUTH_EXPIRED);
        fixture.assertRefused(new Credentials.Token(forged), ErrorCode.AUTH_REQUIRED);
    }

    @Test
    void o12_theClaimsAreThoseOfTheStandard() throws Exception {
        SignedJWT jwt = SignedJWT.parse(token.token());
        assertThat(jwt.getHeader().getAlgorithm()).isEqualTo(JWSAlgorithm.RS256);
        assertThat(jwt.getHeader().getType()).isEqualTo(TYPE);
        assertThat(jwt.getHeader().getKeyID()).isEqualTo(ownKey().getKeyID());
        JWTClaimsSet claims = jwt.getJWTClaimsSet();
        assertThat(claims.getIssuer()).isEqualTo("mirror");
        assertThat(claims.getAudience()).containsExactly("mirror");
        assertThat(claims.getSubject()).isEqualTo(anna.principal().user().value());
        assertThat(claims.getStringClaim("sid")).isEqualTo(anna.principal().login());
        assertThat(claims.getJWTID()).hasSize(22);
        assertThat(List.of(claims.getIssueTime(), claims.getNotBeforeTime())).containsOnly(Date.from(fixture.now()));
    }

    @Test
    void o12_everyClaimIsChecked() throws Exception {
        fixture.authenticate(signed(claims -> claims));
        Date late = Date.from(fixture.now().plusSeconds(61));
        refused(claims -> claims.issuer("somebody"));
        refused(claims -> claims.audience("others"));
        refused(claims -> claims.audience(List.of("mirror", "others")));
        refused(claims -> claims.issueTime(late));
        refused(claims -> claims.notBeforeTime(late));
        refused(claims -> claims.issueTime(null));
        refused(claims -> claims.notBeforeTime(null));
        refused(claims -> claims.expirationTime(null));
        refused(claims -> claims.subject(null));
        refused(claims -> claims.subject("not an id"));
        refused(claims -> claims.claim("sid", null));
        refused(claims -> claims.claim("sid", 7));
        refused(claims -> claims.claim("channelId", "a.b"));
    }

    @Test
    void o12_noOtherTypeOrAlgorithmCounts() throws Exception {
        RSAKey own = ownKey();
        RSASSASigner signer = new RSASSASigner(own);
        assertRefused(header(JWSAlgorithm.RS256, own).type(JOSEObjectType.JWT), signer);
        assertRefused(header(JWSAlgorithm.RS512, own), signer);
        assertRefused(header(JWSAlgorithm.PS256, own), signer);
        // The public key as the secret of a MAC: the oldest trick.
        assertRefused(
                header(JWSAlgorithm.HS256, own),
                new MACSigner(own.toRSAPublicKey().getEncoded()));
        PlainJWT unsigned = new PlainJWT(claims().build());
        fixture.assertRefused(new Credentials.Token(unsigned.serialize()), ErrorCode.AUTH_REQUIRED);
    }

    @Test
    void o14_onlyOwnKeysCountWhateverTheHeaderSays() throws Exception {
        RSAKey own = ownKey();
        RSAKey foreign = new RSAKeyGenerator(2048).keyID(own.getKeyID()).generate();
        RSASSASigner signer = new RSASSASigner(foreign);
        assertRefused(header(JWSAlgorithm.RS256, own), signer);
        assertRefused(header(JWSAlgorithm.RS256, own).jwk(foreign.toPublicJWK()), signer);
        assertRefused(header(JWSAlgorithm.RS256, own).jwkURL(URI.create("https://keys.example/set")), signer);
        assertRefused(header(JWSAlgorithm.RS256, foreign).keyID("other"), signer);
        assertRefused(header(JWSAlgorithm.RS256, foreign).keyID(null), signer);
    }

    @Test
    void o14_afterARotationTheNewKeySignsAndTheOldOneStillVerifies() throws Exception {
        RSAKey before = ownKey();
        await(fixture.accounts().rotateKeys());
        Credentials.Token next = fixture.token("Anna");
        assertThat(SignedJWT.parse(next.token()).getHeader().getKeyID()).isNotEqualTo(before.getKeyID());
        fixture.authenticate(token);
        reopen();
        fixture.authenticate(token);
        fixture.authenticate(next);
        await(fixture.accounts().rotateKeys());
        fixture.assertRefused(token, ErrorCode.AUTH_REQUIRED);
        fixture.authenticate(next);
    }

    @Test
    void o14_theOldKeyVerifiesNothingOnceItsTokensHaveEnded() {
        await(fixture.accounts().rotateKeys());
        fixture.advance(Duration.ofHours(12));
        assertThat(await(fixture.accounts().renew(token))).isInstanceOf(LogIn.Authenticated.class);
        fixture.advance(Duration.ofMinutes(16));
        fixture.assertRefused(token, ErrorCode.AUTH_REQUIRED);
    }

    /** Such a token can be renewed, so whoever has a copy of it would come in again. */
    @Test
    void o15_aLogOutEndsTheLogInOfATokenThatHasEnded() {
        fixture.advance(Duration.ofHours(1));
        fixture.assertRefused(token, ErrorCode.AUTH_EXPIRED);
        assertThat(await(fixture.accounts().logOut(token))).isTrue();
        assertThat(await(fixture.accounts().renew(token))).isInstanceOf(LogIn.Rejected.class);
    }

    @Test
    void o14_aKeyOfNinetyDaysIsReplacedAtTheNextStart() throws Exception {
        RSAKey before = ownKey();
        fixture.advance(Duration.ofDays(90));
        reopen();
        Credentials.Token next = fixture.token("Anna");
        String newKey = SignedJWT.parse(next.token()).getHeader().getKeyID();
        assertThat(newKey).isNotEqualTo(before.getKeyID());
        reopen();
        fixture.authenticate(next);
        assertThat(SignedJWT.parse(fixture.token("Anna").token()).getHeader().getKeyID())
                .isEqualTo(newKey);
    }

    @Test
    void tokensAndUsersAreAsTheyWereAfterARestart() {
        Principal before = fixture.authenticate(token);
        reopen();
        assertThat(fixture.authenticate(token)).isEqualTo(before);
    }

    private void refused(UnaryOperator<JWTClaimsSet.Builder> change) throws Exception {
        fixture.assertRefused(signed(change), ErrorCode.AUTH_REQUIRED);
    }

    private Credentials.Token signed(UnaryOperator<JWTClaimsSet.Builder> change) throws Exception {
        RSAKey own = ownKey();
        SignedJWT jwt = new SignedJWT(
                header(JWSAlgorithm.RS256, own).build(), change.apply(claims()).build());
        jwt.sign(new RSASSASigner(own));
        return new Credentials.Token(jwt.serialize());
    }

    private void assertRefused(JWSHeader.Builder header, JWSSigner signer) throws Exception {
        SignedJWT jwt = new SignedJWT(header.build(), claims().build());
        jwt.sign(signer);
        fixture.assertRefused(new Credentials.Token(jwt.serialize()), ErrorCode.AUTH_REQUIRED);
    }

    private static JWSHeader.Builder header(JWSAlgorithm algorithm, RSAKey key) {
        return new JWSHeader.Builder(algorithm).type(TYPE).keyID(key.getKeyID());
    }

    private JWTClaimsSet.Builder claims() throws Exception {
        return new JWTClaimsSet.Builder(SignedJWT.parse(token.token()).getJWTClaimsSet());
    }

    private RSAKey ownKey() throws Exception {
        String text = Files.readString(folder.resolve(SigningKeys.FILE));
        return JWKSet.parse(text).getKeys().get(0).toRSAKey();
    }

    private void reopen() {
        fixture.close();
        fixture = new AccountsFixture(Database.sqlite(folder), AccountsFixture.cheap(), fixture.now());
    }
}
