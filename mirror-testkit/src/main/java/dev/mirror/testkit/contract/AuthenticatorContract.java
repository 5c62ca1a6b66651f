package dev.mirror.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mirror.identity.Credentials;
import dev.mirror.identity.Principal;
import dev.mirror.identity.UserId;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.spi.Authenticator;
import dev.mirror.testkit.time.Await;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The contract of {@link Authenticator}, rules A1 to A4, as tests. A subclass hands in the adapter and makes accounts in
 * it, through whatever way of its own the adapter has.
 */
public abstract class AuthenticatorContract {
    private static final UserId NOBODY = new UserId("nobody-has-this-id");

    private Authenticator authenticator; // set before each test

    /** An authenticator without accounts. */
    protected abstract Authenticator open() throws Exception;

    /** Makes an account with this name in the authenticator that was opened last, and logs it in: a live token. */
    protected abstract Credentials.Token logIn(String name) throws Exception;

    /** Ends the log-in of a token, as a log-out does; false if the adapter knows no such thing. */
    protected abstract boolean logOut(Credentials.Token token) throws Exception;

    /** Makes the token expire; false if the adapter's tokens do not. */
    protected abstract boolean expire(Credentials.Token token) throws Exception;

    /** The name and password of an account, made if need be; empty if the adapter knows no passwords. */
    protected Optional<Credentials.Password> password(String name) throws Exception {
        return Optional.empty();
    }

    @BeforeEach
    void openAuthenticator() throws Exception {
        authenticator = open();
    }

    /** Proof yields the one who was proved, under the name that people know. */
    @Test
    void a1_aLiveTokenYieldsItsPrincipal() throws Exception {
        Principal ann = principal(logIn("ann"));
        Principal bob = principal(logIn("bob"));
        assertThat(ann.name()).isEqualTo("ann");
        assertThat(bob.name()).isEqualTo("bob");
        assertThat(ann.user()).isNotEqualTo(bob.user());
        assertThat(ann.channelId()).isNotEqualTo(bob.channelId());
    }

    /** Nothing shown, nothing proved. */
    @Test
    void a1_nothingProvesNothing() throws Exception {
        logIn("ann");
        assertFails(Credentials.none(), ErrorCode.AUTH_REQUIRED);
    }

    /** Not a token, an altered token, a token cut short: none of them is anybody. */
    @Test
    void a1_aTokenThatIsNotOursProvesNothing() throws Exception {
        String token = logIn("ann").token();
        assertFails(new Credentials.Token(""), ErrorCode.AUTH_REQUIRED);
        assertFails(new Credentials.Token("ann"), ErrorCode.AUTH_REQUIRED);
        assertFails(new Credentials.Token("a.b.c"), ErrorCode.AUTH_REQUIRED);
        assertFails(new Credentials.Token(token + 'x'), ErrorCode.AUTH_REQUIRED);
        assertFails(new Credentials.Token(token.substring(0, token.length() - 2)), ErrorCode.AUTH_REQUIRED);
        assertFails(new Credentials.Token(altered(token)), ErrorCode.AUTH_REQUIRED);
        assertFails(new Credentials.Token("x".repeat(100_000)), ErrorCode.AUTH_REQUIRED);
    }

    /** A token counts until its time, and the failure says that its time is over. */
    @Test
    void a1_anExpiredTokenProvesNothing() throws Exception {
        Credentials.Token token = logIn("ann");
        principal(token);
        assumeTrue(expire(token), "skipped: the adapter's tokens do not expire");
        assertFails(token, ErrorCode.AUTH_EXPIRED);
    }

    /** A log-in that was ended is over for its token, and for that one only. */
    @Test
    void a1_aRevokedTokenProvesNothing() throws Exception {
        Credentials.Token ended = logIn("ann");
        Credentials.Token other = logIn("bob");
        assumeTrue(logOut(ended), "skipped: the adapter cannot end a log-in");
        assertFails(ended, ErrorCode.AUTH_REVOKED);
        assertThat(principal(other).name()).isEqualTo("bob");
    }

    /** The right password proves its account; a wrong one, and another's, prove nothing. */
    @Test
    void a1_aPasswordProvesItsAccountOnly() throws Exception {
        Optional<Credentials.Password> known = password("ann");
        assumeTrue(known.isPresent(), "skipped: the adapter knows no passwords");
        Credentials.Password right = known.get();
        assertThat(principal(right).name()).isEqualTo("ann");
        assertFails(new Credentials.Password(right.name(), right.password() + 'x'), ErrorCode.AUTH_REQUIRED);
        assertFails(new Credentials.Password(right.name(), ""), ErrorCode.AUTH_REQUIRED);
        assertFails(new Credentials.Password("nobody", right.password()), ErrorCode.AUTH_REQUIRED);
    }

    /** An account is the same user in the same room every time. */
    @Test
    void a2_anAccountIsTheSameUserEveryTime() throws Exception {
        Credentials.Token token = logIn("ann");
        Principal first = principal(token);
        logIn("bob");
        Principal second = principal(token);
        assertThat(second.user()).isEqualTo(first.user());
        assertThat(second.channelId()).isEqualTo(first.channelId());
        assertThat(second.login()).isEqualTo(first.login());
    }

    /** Whatever is logged of a failure or a principal, no secret is in it. */
    @Test
    void a3_noSecretShows() throws Exception {
        Credentials.Token token = logIn("ann");
        assertThat(token.toString()).doesNotContain(token.token());
        assertThat(principal(token).toString()).doesNotContain(token.token());
        String secret = "a-secret-that-shows";
        MirrorException noToken = Await.failure(authenticator.authenticate(new Credentials.Token(secret)));
        MirrorException noPassword = Await.failure(authenticator.authenticate(new Credentials.Password("ann", secret)));
        for (Throwable fault : new Throwable[] {noToken, noPassword}) {
            for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
                assertThat(cause.toString()).doesNotContain(secret);
            }
        }
    }

    /** Whoever could be authenticated can be written to, and nobody else. */
    @Test
    void a4_whoeverWasAuthenticatedExists() throws Exception {
        Principal ann = principal(logIn("ann"));
        assertThat(Await.value(authenticator.exists(ann.user()))).isTrue();
        assertThat(Await.value(authenticator.exists(NOBODY))).isFalse();
    }

    private Principal principal(Credentials credentials) {
        return Await.value(authenticator.authenticate(credentials));
    }

    private void assertFails(Credentials credentials, ErrorCode code) {
        assertThat(Await.failure(authenticator.authenticate(credentials)).code())
                .isEqualTo(code);
    }

    private static String altered(String token) {
        int middle = token.length() / 2;
        char other = token.charAt(middle) == 'x' ? 'y' : 'x';
        return token.substring(0, middle) + other + token.substring(middle + 1);
    }
}
