package dev.mirror.testkit.fake;

import dev.mirror.identity.Credentials;
import dev.mirror.identity.Principal;
import dev.mirror.identity.UserId;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.spi.Authenticator;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Knows the users that a test told it about. A user {@code ann} has the public room {@code ann-room} and the name
 * {@code ann}; each token is a log-in of its own.
 *
 * <p>Safe for any thread; stages are complete when a method returns.
 */
public final class StaticAuthenticator implements Authenticator {
    private final InstantSource clock;
    private final Set<UserId> users = new HashSet<>(); // guarded by this
    private final Map<String, Principal> tokens = new HashMap<>(); // guarded by this
    private final Map<Credentials.Password, UserId> passwords = new HashMap<>(); // guarded by this
    private final Set<String> revoked = new HashSet<>(); // guarded by this; log-ins
    private int logins; // guarded by this
    private boolean available = true; // guarded by this

    /** Knows nobody yet. */
    public StaticAuthenticator(InstantSource clock) {
        this.clock = clock;
    }

    /** Makes a user known. */
    public synchronized UserId user(String id) {
        UserId user = new UserId(id);
        users.add(user);
        return user;
    }

    /** Makes a user known and logs the user in, for ever. */
    public String token(String user) {
        return token(user, null);
    }

    /**
     * Makes a user known and logs the user in.
     *
     * @param lifetime how long the token counts; {@code null} for ever
     */
    public synchronized String token(String user, @Nullable Duration lifetime) {
        String token = "token-" + user + '-' + ++logins;
        Instant end = lifetime == null ? Instant.MAX : clock.instant().plus(lifetime);
        tokens.put(token, new Principal(user(user), roomOf(user), user, "login-" + logins, end));
        return token;
    }

    /** Makes a user known who logs in by name and password. */
    public synchronized void password(String user, String password) {
        passwords.put(new Credentials.Password(user, password), user(user));
    }

    /** Ends the log-in that a token belongs to. */
    public synchronized void revoke(String token) {
        Principal principal = tokens.get(token);
        if (principal != null) {
            revoked.add(principal.login());
        }
    }

    /** Forgets a user and every log-in. */
    public synchronized void remove(UserId user) {
        users.remove(user);
        tokens.values().removeIf(principal -> principal.user().equals(user));
        passwords.values().removeIf(user::equals);
    }

    /** Whether it can tell at all; if not, everything fails with {@code busy}. */
    public synchronized void setAvailable(boolean available) {
        this.available = available;
    }

    @Override
    public synchronized CompletionStage<Principal> authenticate(Credentials credentials) {
        if (!available) {
            return refuse(ErrorCode.BUSY, "cannot tell now");
        }
        if (credentials instanceof Credentials.Token token) {
            return check(tokens.get(token.token()));
        }
        UserId user = credentials instanceof Credentials.Password password ? passwords.get(password) : null;
        return user == null
                ? refuse(ErrorCode.AUTH_REQUIRED, "log in first")
                : CompletableFuture.completedFuture(Principal.permanent(user, roomOf(user.value()), user.value()));
    }

    private CompletionStage<Principal> check(@Nullable Principal principal) {
        if (principal == null) {
            return refuse(ErrorCode.AUTH_REQUIRED, "log in first");
        }
        if (revoked.contains(principal.login())) {
            return refuse(ErrorCode.AUTH_REVOKED, "the log-in was ended");
        }
        if (!clock.instant().isBefore(principal.expiresAt())) {
            return refuse(ErrorCode.AUTH_EXPIRED, "the token has ended");
        }
        return CompletableFuture.completedFuture(principal);
    }

    @Override
    public synchronized CompletionStage<Boolean> exists(UserId user) {
        return available
                ? CompletableFuture.completedFuture(users.contains(user))
                : refuse(ErrorCode.BUSY, "cannot tell now");
    }

    private static String roomOf(String user) {
        return user + "-room";
    }

    private static <T> CompletionStage<T> refuse(ErrorCode code, String detail) {
        return CompletableFuture.failedFuture(new MirrorException(code, detail));
    }
}
