package dev.mirror.sql.accounts;

import static dev.mirror.sql.accounts.AccountsFixture.PASSWORD;
import static dev.mirror.sql.accounts.AccountsFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.identity.Credentials;
import dev.mirror.identity.Principal;
import dev.mirror.identity.UserId;
import dev.mirror.message.ErrorCode;
import dev.mirror.sql.StoreFixture;
import dev.mirror.sql.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestDatabase.class)
class AccountsTest {
    @Parameter
    TestDatabase database;

    @TempDir
    Path folder;

    private AccountsFixture fixture;

    @BeforeEach
    void open() {
        fixture = new AccountsFixture(database.in(folder));
    }

    @AfterEach
    void close() {
        if (fixture != null) { // else the database is not there, and the test is skipped
            fixture.close();
        }
    }

    @Test
    void o1_onlyTheRightPasswordAuthenticates() {
        fixture.signUp("Anna");
        LogIn.Rejected wrong = new LogIn.Rejected(ErrorCode.AUTH_REQUIRED, Duration.ZERO);
        assertThat(fixture.tryLogIn("Anna", PASSWORD + "x")).isEqualTo(wrong);
        assertThat(fixture.tryLogIn("Anna", "")).isEqualTo(wrong);
        assertThat(fixture.tryLogIn("Nobody", PASSWORD)).isEqualTo(wrong);
        assertThat(fixture.tryLogIn("", PASSWORD)).isEqualTo(wrong);
        assertThat(fixture.tryLogIn("Anna", "long".repeat(10_000))).isEqualTo(wrong);
        assertThat(fixture.column("SELECT count(*) FROM logins")).isEqualTo("0");
        assertThat(fixture.logIn("Anna").principal().name()).isEqualTo("Anna");
    }

    @Test
    void o3_passwordsAreKeptAsArgon2id() {
        fixture.signUp("Anna");
        String stored = fixture.column("SELECT password_hash FROM users");
        assertThat(stored).startsWith("$argon2id$v=19$m=64,t=1,p=1$").doesNotContain(PASSWORD);
    }

    @Test
    void o3_aHashIsMadeAgainWhenItsCostRises() {
        fixture.signUp("Anna");
        reopen(AccountsFixture.cheap().hashCost(128, 2, 1));
        fixture.logIn("Anna");
        String risen = fixture.column("SELECT password_hash FROM users");
        assertThat(risen).startsWith("$argon2id$v=19$m=128,t=2,p=1$");
        reopen(AccountsFixture.cheap());
        fixture.logIn("Anna");
        assertThat(fixture.column("SELECT password_hash FROM users")).isEqualTo(risen);
    }

    @Test
    void o3_hashingIsBoundedAndTheRestIsBusy() {
        fixture.close();
        fixture = new AccountsFixture(
                database.in(folder), AccountsFixture.cheap().hashesAtOnce(1).hashCost(8_192, 2, 1), StoreFixture.START);
        List<CompletionStage<SignUp>> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            all.add(fixture.accounts().signUp(new Credentials.Password("user " + i, PASSWORD)));
        }
        List<CompletionStage<String>> outcomes = new ArrayList<>();
        all.forEach(stage -> outcomes.add(stage.handle((result, fault) ->
                fault == null ? result.getClass().getSimpleName() : String.valueOf(fault.getMessage()))));
        List<String> words = outcomes.stream().map(AccountsFixture::await).toList();
        assertThat(words.stream().filter("Created"::equals).count()).isBetween(64L, 199L);
        assertThat(words.stream()
                        .filter(word -> word.contains("too much to do"))
                        .count())
                .isPositive();
    }

    @Test
    void o4_anEmptyNameOrPasswordMakesNoAccount() {
        assertThat(signUp("", PASSWORD)).isEqualTo(new SignUp.Invalid(SignUp.Problem.NAME_LENGTH));
        assertThat(signUp("Anna", "")).isEqualTo(new SignUp.Invalid(SignUp.Problem.PASSWORD_LENGTH));
        assertThat(signUp("Anna", "a".repeat(129))).isEqualTo(new SignUp.Invalid(SignUp.Problem.PASSWORD_LENGTH));
        assertThat(signUp("Anna", "Password1")).isEqualTo(new SignUp.Invalid(SignUp.Problem.PASSWORD_COMMON));
        assertThat(signUp("Annabelle", "annabelle")).isEqualTo(new SignUp.Invalid(SignUp.Problem.PASSWORD_COMMON));
        assertThat(fixture.column("SELECT count(*) FROM users")).isEqualTo("0");
    }

    @Test
    void o5_signUpWithAnExistingNameIsRefusedAndNoLogIn() {
        Account anna = fixture.signUp("Anna Straße");
        assertThat(signUp("Anna Straße", PASSWORD)).isEqualTo(new SignUp.NameTaken());
        assertThat(signUp("ANNA STRASSE", "another-passw0rd")).isEqualTo(new SignUp.NameTaken());
        assertThat(signUp("Ａnna strasse", PASSWORD)).isEqualTo(new SignUp.NameTaken());
        assertThat(fixture.column("SELECT count(*) FROM logins")).isEqualTo("0");
        assertThat(fixture.logIn("anna strasse").principal().user()).isEqualTo(anna.id());
    }

    @Test
    void anotherUsersIdIsNoName() {
        Account anna = fixture.signUp("Anna");
        assertThat(signUp(anna.id().value(), PASSWORD)).isNotInstanceOf(SignUp.Created.class);
    }

    @Test
    void o6_ofFiftySignUpsAtOnceWithOneNameOneWins() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(50);
        try {
            CountDownLatch ready = new CountDownLatch(50);
            List<Future<SignUp>> all = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                all.add(threads.submit(() -> {
                    ready.countDown();
                    ready.await();
                    return signUp("Anna", PASSWORD);
                }));
            }
            int created = 0;
            for (Future<SignUp> each : all) {
                SignUp result = each.get();
                created += result instanceof SignUp.Created ? 1 : 0;
                assertThat(result).isInstanceOfAny(SignUp.Created.class, SignUp.NameTaken.class);
            }
            assertThat(created).isEqualTo(1);
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void o7_fiftyUsersAtOnceAreEachThemselves() {
        List<Account> users = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            users.add(fixture.signUp("User " + i));
        }
        List<CompletionStage<Principal>> all = new ArrayList<>();
        users.forEach(
                user -> all.add(fixture.accounts().authenticate(new Credentials.Password(user.name(), PASSWORD))));
        for (int i = 0; i < 50; i++) {
            Principal principal = await(all.get(i));
            assertThat(principal.user()).isEqualTo(users.get(i).id());
            assertThat(principal.channelId()).isEqualTo(users.get(i).channelId());
            assertThat(principal.name()).isEqualTo(users.get(i).name());
        }
    }

    @Test
    void o8_idsAreStableAcrossLogins() {
        Account anna = fixture.signUp("Anna");
        Principal first = fixture.logIn("Anna").principal();
        reopen(AccountsFixture.cheap());
        Principal second = fixture.logIn("anna").principal();
        assertThat(List.of(first.user(), second.user())).containsOnly(anna.id());
        assertThat(List.of(first.channelId(), second.channelId())).containsOnly(anna.channelId());
        assertThat(first.login()).isNotEqualTo(second.login());
        assertThat(anna.channelId()).isNotEqualTo(anna.id().value());
        assertThat(anna.id().value()).hasSize(22);
    }

    @Test
    void o19_tooManyFailuresForOneNameAreNotHeard() {
        fixture.signUp("Anna");
        fixture.signUp("Ben");
        for (int i = 0; i < 10; i++) {
            assertThat(fixture.tryLogIn("ANNA", "wrong-password"))
                    .isEqualTo(new LogIn.Rejected(ErrorCode.AUTH_REQUIRED, Duration.ZERO));
        }
        assertThat(fixture.tryLogIn("Anna", PASSWORD))
                .isEqualTo(new LogIn.Rejected(ErrorCode.TOO_MANY, Duration.ofMinutes(1)));
        fixture.logIn("Ben");
        fixture.advance(Duration.ofMinutes(1));
        fixture.logIn("Anna");
    }

    @Test
    void o19_aNameThatNobodyHasIsLimitedAlike() {
        for (int i = 0; i < 10; i++) {
            fixture.tryLogIn("Nobody", "wrong-password");
        }
        assertThat(fixture.tryLogIn("Nobody", "wrong-password"))
                .isEqualTo(new LogIn.Rejected(ErrorCode.TOO_MANY, Duration.ofMinutes(1)));
    }

    @Test
    void a1_nothingShownProvesNothing() {
        fixture.assertRefused(Credentials.none(), ErrorCode.AUTH_REQUIRED);
        fixture.assertRefused(new Credentials.Password("Nobody", PASSWORD), ErrorCode.AUTH_REQUIRED);
    }

    @Test
    void a4_existsIsTrueForWhoSignedUpAndOutlivesTheProcess() {
        Account anna = fixture.signUp("Anna");
        UserId nobody = new UserId("nobody");
        assertThat(await(fixture.accounts().exists(anna.id()))).isTrue();
        assertThat(await(fixture.accounts().exists(nobody))).isFalse();
        await(fixture.accounts().disable(anna.id()));
        reopen(AccountsFixture.cheap());
        assertThat(await(fixture.accounts().exists(anna.id()))).isTrue();
        assertThat(fixture.accounts().exists(anna.id()).toCompletableFuture()).isCompletedWithValue(true);
    }

    @Test
    void usersAreFoundByNameAndById() {
        Account anna = fixture.signUp("Anna");
        assertThat(await(fixture.accounts().findByName("ANNA"))).contains(anna);
        assertThat(await(fixture.accounts().find(anna.id()))).contains(anna);
        assertThat(await(fixture.accounts().findByName("Ben"))).isEmpty();
        assertThat(await(fixture.accounts().findByName("<b>"))).isEmpty();
        assertThat(await(fixture.accounts().find(new UserId("nobody")))).isEmpty();
    }

    @Test
    void aDisabledAccountLooksLikeAWrongPasswordUntilItIsEnabled() {
        Account anna = fixture.signUp("Anna");
        assertThat(await(fixture.accounts().disable(anna.id()))).isTrue();
        assertThat(fixture.tryLogIn("Anna", PASSWORD))
                .isEqualTo(new LogIn.Rejected(ErrorCode.AUTH_REQUIRED, Duration.ZERO));
        assertThat(await(fixture.accounts().enable(anna.id()))).isTrue();
        fixture.logIn("Anna");
        assertThat(await(fixture.accounts().disable(new UserId("nobody")))).isFalse();
    }

    private SignUp signUp(String name, String password) {
        return await(fixture.accounts().signUp(new Credentials.Password(name, password)));
    }

    private void reopen(AccountsOptions.Builder options) {
        fixture.close();
        fixture = new AccountsFixture(database.in(folder), options, fixture.now());
    }
}
