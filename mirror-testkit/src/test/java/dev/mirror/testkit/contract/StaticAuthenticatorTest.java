package dev.mirror.testkit.contract;

import dev.mirror.identity.Credentials;
import dev.mirror.spi.Authenticator;
import dev.mirror.testkit.fake.StaticAuthenticator;
import dev.mirror.testkit.time.VirtualTime;
import java.time.Duration;
import java.util.Optional;

class StaticAuthenticatorTest extends AuthenticatorContract {
    private static final Duration LIFETIME = Duration.ofHours(1);

    private final VirtualTime time = new VirtualTime();
    private final StaticAuthenticator authenticator = new StaticAuthenticator(time);

    @Override
    protected Authenticator open() {
        return authenticator;
    }

    @Override
    protected Credentials.Token logIn(String name) {
        return new Credentials.Token(authenticator.token(name, LIFETIME));
    }

    @Override
    protected boolean logOut(Credentials.Token token) {
        authenticator.revoke(token.token());
        return true;
    }

    @Override
    protected boolean expire(Credentials.Token token) {
        time.advance(LIFETIME);
        return true;
    }

    @Override
    protected Optional<Credentials.Password> password(String name) {
        authenticator.password(name, "correct horse");
        return Optional.of(new Credentials.Password(name, "correct horse"));
    }
}
