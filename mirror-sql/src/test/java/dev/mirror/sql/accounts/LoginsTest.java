package dev.mirror.sql.accounts;

import static dev.mirror.sql.accounts.AccountsFixture.PASSWORD;
import static dev.mirror.sql.accounts.AccountsFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.identity.Credentials;
import dev.mirror.identity.Principal;
import dev.mirror.message.ErrorCode;
import dev.mirror.sql.TestDatabase;
import dev.mirror.sql.accounts.Logins.Ended;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestDatabase.class)
class LoginsTest {
    private static final String NEXT = "another-canary-91";

    @Parameter
    TestDatabase database;

    @TempDir
    Path folder;

    private AccountsFixture fixture;
    private Account anna;

    @BeforeEach
    void open() {
        fixture = new AccountsFixture(database.in(folder));
        anna = fixture.signUp("Anna");
    }

    @AfterEach
    void close() {
        if (fixture != null) { // else the database is not there, and the test is skipped
            fixture.close();
        }
    }

    @Test
    void o15_aLogOutEndsItsTokensAndNoOthers() {
        Credentials.Token phone = fixture.token("Anna");
        Credentials.Token desk = fixture.token("Anna");
        String login = fixture.authenticate(phone).login();
        assertThat(await(fixture.accounts().logins().end(anna.id(), login))).isTrue();
        assertThat(await(fixture.accounts().logins().end(anna.id(), login))).isFalse();
        fixture.assertRefused(phone, ErrorCode.AUTH_REVOKED);
        assertThat(fixture.authenticate(desk).user()).isEqualTo(anna.id());
    }

    @Test
    void nobodyEndsSomebodyElsesLogIn() {
        Account ben = fixture.signUp("Ben");
        Credentials.Token token = fixture.token("Anna");
        String login = fixture.authenticate(token).login();
        assertThat(await(fixture.accounts().logins().end(ben.id(), login))).isFalse();
        fixture.authenticate(token);
    }

    @Test
    void listenersHearOfTheEndBeforeWhoeverAskedForIt() {
        List<Ended> heard = new CopyOnWriteArrayList<>();
        fixture.accounts().logins().onEnded(ended -> {
            throw new IllegalStateException("a listener's fault");
        });
        Logins.Watch watch = fixture.accounts().logins().onEnded(heard::add);
        String first = fixture.logIn("Anna").principal().login();
        String second = fixture.logIn("Anna").principal().login();
        await(fixture.accounts().logins().end(anna.id(), first));
        assertThat(heard).containsExactly(new Ended(anna.id(), first));
        watch.close();
        await(fixture.accounts().logins().end(anna.id(), second));
        assertThat(heard).hasSize(1);
    }

    @Test
    void aRevocationOutlivesTheProcess() {
        Credentials.Token ended = fixture.token("Anna");
        Credentials.Token kept = fixture.token("Anna");
        await(fixture.accounts()
                .logins()
                .end(anna.id(), fixture.authenticate(ended).login()));
        reopen();
        fixture.assertRefused(ended, ErrorCode.AUTH_REVOKED);
        assertThat(await(fixture.accounts().renew(ended))).isEqualTo(LogIn.Rejected.of(ErrorCode.AUTH_REVOKED));
        assertThat(fixture.authenticate(kept).user()).isEqualTo(anna.id());
    }

    @Test
    void aChangeOfPasswordEndsAllLogInsButTheOneThatAsked() {
        Principal asking = fixture.logIn("Anna").principal();
        Credentials.Token other = fixture.token("Anna");
        assertThat(await(fixture.accounts().changePassword(anna.id(), PASSWORD, NEXT, asking.login())))
                .isEqualTo(new PasswordChange.Changed());
        fixture.assertRefused(other, ErrorCode.AUTH_REVOKED);
        assertThat(await(fixture.accounts().logins().list(anna.id())))
                .extracting(Logins.Login::id)
                .containsExactly(asking.login());
        assertThat(fixture.tryLogIn("Anna", PASSWORD)).isInstanceOf(LogIn.Rejected.class);
        assertThat(fixture.tryLogIn("Anna", NEXT)).isInstanceOf(LogIn.Authenticated.class);
    }

    @Test
    void aPasswordIsChangedOnlyByWhoKnowsTheOldOne() {
        assertThat(await(fixture.accounts().changePassword(anna.id(), "wrong-password", NEXT, "")))
                .isEqualTo(new PasswordChange.Rejected(ErrorCode.AUTH_REQUIRED, Duration.ZERO));
        assertThat(await(fixture.accounts().changePassword(anna.id(), PASSWORD, "short", "")))
                .isEqualTo(new PasswordChange.Invalid(SignUp.Problem.PASSWORD_LENGTH));
        fixture.logIn("Anna");
    }

    @Test
    void guessingTheOldPasswordIsLimitedAsWell() {
        for (int i = 0; i < 10; i++) {
            await(fixture.accounts().changePassword(anna.id(), "wrong-password", NEXT, ""));
        }
        assertThat(await(fixture.accounts().changePassword(anna.id(), PASSWORD, NEXT, "")))
                .isEqualTo(new PasswordChange.Rejected(ErrorCode.TOO_MANY, Duration.ofMinutes(1)));
    }

    @Test
    void disablingAnAccountEndsItsLogIns() {
        Credentials.Token token = fixture.token("Anna");
        await(fixture.accounts().disable(anna.id()));
        fixture.assertRefused(token, ErrorCode.AUTH_REVOKED);
    }

    @Test
    void aTokenIsRenewedEvenAfterItEndedAsLongAsTheLogInLasts() {
        Credentials.Token token = fixture.token("Anna");
        Principal old = fixture.authenticate(token);
        fixture.advance(Duration.ofMinutes(20));
        fixture.assertRefused(token, ErrorCode.AUTH_EXPIRED);
        LogIn renewed = await(fixture.accounts().renew(token));
        assertThat(renewed).isInstanceOf(LogIn.Authenticated.class);
        Principal next = fixture.authenticate(fixture.accounts().tokens().issue((LogIn.Authenticated) renewed));
        assertThat(next.login()).isEqualTo(old.login());
        assertThat(next.expiresAt()).isEqualTo(fixture.now().plus(Duration.ofMinutes(15)));
    }

    @Test
    void o9_aLogInEndsWhenItIsNotRenewed() {
        Credentials.Token token = fixture.token("Anna");
        fixture.advance(Duration.ofHours(12).plusMillis(1));
        assertThat(await(fixture.accounts().renew(token))).isEqualTo(LogIn.Rejected.of(ErrorCode.AUTH_EXPIRED));
        assertThat(await(fixture.accounts().logins().list(anna.id()))).isEmpty();
    }

    @Test
    void o9_aLogInEndsHoweverOftenItIsRenewed() {
        Credentials.Token token = fixture.token("Anna");
        LogIn result = await(fixture.accounts().renew(token));
        for (int hours = 0; hours < 7 * 24; hours += 8) {
            assertThat(result).isInstanceOf(LogIn.Authenticated.class);
            token = fixture.accounts().tokens().issue((LogIn.Authenticated) result);
            fixture.advance(Duration.ofHours(8));
            result = await(fixture.accounts().renew(token));
        }
        assertThat(result).isEqualTo(LogIn.Rejected.of(ErrorCode.AUTH_EXPIRED));
    }

    @Test
    void o9_whatEndedIsForgotten() {
        for (int i = 0; i < 5; i++) {
            fixture.logIn("Anna");
        }
        fixture.advance(Duration.ofHours(13));
        fixture.logIn("Anna");
        assertThat(fixture.column("SELECT count(*) FROM logins")).isEqualTo("1");
    }

    @Test
    void o9_oneLogInAboveTheLimitEndsTheOneUnusedForLongest() {
        List<Credentials.Token> tokens = new ArrayList<>();
        for (int i = 0; i <= LoginRows.PER_USER; i++) {
            fixture.advance(Duration.ofSeconds(1));
            tokens.add(fixture.token("Anna"));
        }
        fixture.assertRefused(tokens.get(0), ErrorCode.AUTH_REVOKED);
        fixture.authenticate(tokens.get(1));
        assertThat(await(fixture.accounts().logins().list(anna.id()))).hasSize(LoginRows.PER_USER);
        assertThat(await(fixture.accounts().logins().endAll(anna.id()))).isEqualTo(LoginRows.PER_USER);
    }

    private void reopen() {
        fixture.close();
        fixture = new AccountsFixture(database.in(folder), AccountsFixture.cheap(), fixture.now());
    }
}
