package dev.mirror.sql.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.identity.Credentials;
import dev.mirror.identity.Principal;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.sql.Database;
import dev.mirror.sql.StoreFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.Assertions;

/** Accounts on a real database, with cheap hashes and a clock that stands until it is moved. */
final class AccountsFixture implements AutoCloseable {
    static final String PASSWORD = "canary-pass-7f3a";

    private final AtomicReference<Instant> now = new AtomicReference<>(StoreFixture.START);
    private final StoreFixture store;
    private final Accounts accounts;

    AccountsFixture(Path folder) {
        this(Database.sqlite(folder), cheap(), StoreFixture.START);
    }

    AccountsFixture(Database database) {
        this(database, cheap(), StoreFixture.START);
    }

    AccountsFixture(Database database, AccountsOptions.Builder options, Instant start) {
        now.set(start);
        InstantSource time = now::get;
        store = new StoreFixture(database, time);
        try {
            accounts = Accounts.open(store.store(), options.build());
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    static AccountsOptions.Builder cheap() {
        return AccountsOptions.builder().hashCost(64, 1, 1);
    }

    Accounts accounts() {
        return accounts;
    }

    StoreFixture store() {
        return store;
    }

    Instant now() {
        return now.get();
    }

    void advance(Duration time) {
        now.updateAndGet(instant -> instant.plus(time));
    }

    Account signUp(String name) {
        SignUp result = await(accounts.signUp(new Credentials.Password(name, PASSWORD)));
        assertThat(result).isInstanceOf(SignUp.Created.class);
        return ((SignUp.Created) result).account();
    }

    LogIn tryLogIn(String name, String password) {
        return await(accounts.logIn(new Credentials.Password(name, password)));
    }

    LogIn.Authenticated logIn(String name) {
        LogIn result = tryLogIn(name, PASSWORD);
        assertThat(result).isInstanceOf(LogIn.Authenticated.class);
        return (LogIn.Authenticated) result;
    }

    Credentials.Token token(String name) {
        return accounts.tokens().issue(logIn(name));
    }

    Principal authenticate(Credentials credentials) {
        return await(accounts.authenticate(credentials));
    }

    void assertRefused(Credentials credentials, ErrorCode code) {
        Assertions.assertThatThrownBy(() -> authenticate(credentials))
                .isInstanceOfSatisfying(
                        MirrorException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    String column(String query) {
        return await(store.store()
                .read(handle -> handle.select(query).mapTo(String.class).one()));
    }

    static <T> T await(CompletionStage<T> stage) {
        return StoreFixture.await(stage);
    }

    @Override
    public void close() {
        accounts.close();
        store.close();
    }
}
