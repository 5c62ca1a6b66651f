package dev.mirror.sql.accounts;

import static dev.mirror.sql.accounts.AccountsFixture.PASSWORD;
import static dev.mirror.sql.accounts.AccountsFixture.await;

import dev.mirror.identity.Credentials;
import dev.mirror.identity.Principal;
import dev.mirror.spi.Authenticator;
import dev.mirror.sql.TestDatabase;
import dev.mirror.testkit.contract.AuthenticatorContract;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestDatabase.class)
class AccountsContractTest extends AuthenticatorContract {
    @Parameter
    TestDatabase database;

    @TempDir
    Path folder;

    /** The one that is open. Only on the test's thread. */
    private AccountsFixture fixture;

    @Override
    protected Authenticator open() {
        fixture = new AccountsFixture(database.in(folder));
        return fixture.accounts();
    }

    @Override
    protected Credentials.Token logIn(String name) {
        fixture.signUp(name);
        return fixture.token(name);
    }

    @Override
    protected boolean logOut(Credentials.Token token) {
        Principal principal = fixture.authenticate(token);
        return await(fixture.accounts().logins().end(principal.user(), principal.login()));
    }

    @Override
    protected boolean expire(Credentials.Token token) {
        fixture.advance(Duration.ofHours(1));
        return true;
    }

    @Override
    protected Optional<Credentials.Password> password(String name) {
        fixture.signUp(name);
        return Optional.of(new Credentials.Password(name, PASSWORD));
    }

    @AfterEach
    void close() {
        if (fixture != null) { // else the database is not there, and the test is skipped
            fixture.close();
        }
    }
}
