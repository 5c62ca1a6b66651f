package dev.mirror.sql.accounts;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.mirror.identity.Credentials;
import dev.mirror.identity.Principal;
import dev.mirror.identity.UserId;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.spi.Authenticator;
import dev.mirror.sql.SqlStore;
import dev.mirror.sql.Surroundings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * The accounts of one mirror: sign-up, log-in, passwords, and the {@link Authenticator} over them.
 *
 * <p>Safe for any thread; nothing blocks but {@link #open} and {@link #close}. Passwords are hashed on the store's
 * executor, as many at once as there are processors, 64 waiting; more fail with {@code busy}. What is refused as
 * expected is a value; what fails does so through the stage, with a {@link MirrorException}. What is chained to a stage
 * may run on a thread of the store and must not block.
 */
public final class Accounts implements Authenticator, AutoCloseable {
    private static final int REVOCATIONS = 100_000;
    private static final int KNOWN_USERS = 100_000;
    private static final Duration KEY_LIFE = Duration.ofDays(90);

    private final SqlStore store;
    private final AccountsOptions options;
    private final PasswordRules rules = new PasswordRules();
    private final PasswordCheck check;
    private final SigningKeys keys;
    private final Tokens tokens;
    private final Logins logins;
    /** Users that exist. One that does not is never in it, so that a new account is seen at once. */
    private final Cache<UserId, Boolean> known = Caffeine.newBuilder()
            .maximumSize(KNOWN_USERS)
            .executor(Runnable::run)
            .build();

    private Accounts(SqlStore store, AccountsOptions options) {
        Surroundings surroundings = store.surroundings();
        this.store = store;
        this.options = options;
        this.check = new PasswordCheck(store, options);
        this.keys = new SigningKeys(store.folder(), surroundings);
        keys.rotateAfter(KEY_LIFE, verifiesOn());
        Revocations revocations = new Revocations(REVOCATIONS);
        this.tokens = new Tokens(options, surroundings, keys, revocations);
        this.logins = new Logins(store, options.idleLife(), revocations);
        Instant now = now();
        List<Revocations.Revoked> revoked =
                store.read(handle -> LoginRows.revoked(handle, now)).join();
        revoked.forEach(each -> revocations.add(each, now));
    }

    /**
     * Opens the accounts of a store, and makes a signing key if there is none or the newest is 90 days old.
     *
     * @throws dev.mirror.sql.StoreException if the keys or the database cannot be used
     */
    public static Accounts open(SqlStore store, AccountsOptions options) {
        try {
            return new Accounts(store, options);
        } catch (CompletionException e) {
            throw e.getCause() instanceof MirrorException cause ? cause : e;
        }
    }

    /** Makes an account. Takes as long whether or not the name is taken, and never logs anybody in. */
    public CompletionStage<SignUp> signUp(Credentials.Password wanted) {
        Optional<SignUp.Problem> nameProblem = AccountName.problem(wanted.name());
        if (nameProblem.isPresent()) {
            return done(new SignUp.Invalid(nameProblem.get()));
        }
        AccountName name = AccountName.parse(wanted.name()).orElseThrow();
        Optional<SignUp.Problem> problem = rules.problem(wanted.password(), name);
        if (problem.isPresent()) {
            return done(new SignUp.Invalid(problem.get()));
        }
        return check.hash(wanted.password()).thenCompose(hash -> insert(name, hash));
    }

    private CompletionStage<SignUp> insert(AccountName name, String hash) {
        UserId user = new UserId(newId());
        Account account = new Account(user, newId(), name.shown(), Instant.ofEpochMilli(now().toEpochMilli()), false);
        AccountRows.Row row = new AccountRows.Row(account, name.key(), hash, 1);
        return store.write(handle -> AccountRows.insert(handle, row)).thenApply(inserted -> {
            if (!inserted) {
                return new SignUp.NameTaken();
            }
            known.put(user, true);
            return new SignUp.Created(account);
        });
    }

    /** Logs in by name and password. */
    public CompletionStage<LogIn> logIn(Credentials.Password shown) {
        return authenticated(shown)
                .thenCompose(outcome -> outcome.known().isEmpty()
                        ? done(new LogIn.Rejected(outcome.refusal(), outcome.retryAfter()))
                        : begin(outcome.known().get()));
    }

    private CompletionStage<PasswordCheck.Outcome> authenticated(Credentials.Password shown) {
        Optional<AccountName> name = AccountName.parse(shown.name());
        return name.isEmpty() ? done(PasswordCheck.Outcome.WRONG) : check.byName(name.get(), shown.password());
    }

    private CompletionStage<LogIn> begin(PasswordCheck.Known person) {
        Instant now = now();
        Account account = person.row().account();
        Logins.Login login = new Logins.Login(newId(), account.id(), now, now, now.plus(options.loginLife()));
        LogIn.Authenticated result = authenticated(account, login, now);
        return logins.commit(handle -> {
            LoginRows.purge(handle, now, logins.idleSince(now));
            if (!LoginRows.insert(
                    handle, person.row(), login, result.principal().expiresAt())) {
                return new Logins.Change<>(LogIn.Rejected.of(ErrorCode.AUTH_REQUIRED), account.id(), List.of());
            }
            person.betterHash().ifPresent(hash -> AccountRows.rehash(handle, person.row(), hash));
            return new Logins.Change<>(result, account.id(), LoginRows.endSurplus(handle, login));
        });
    }

    private LogIn.Authenticated authenticated(Account account, Logins.Login login, Instant now) {
        Instant tokenEndsAt = tokens.endOf(now, login.endsAt());
        Principal principal = new Principal(account.id(), account.channelId(), account.name(), login.id(), tokenEndsAt);
        return new LogIn.Authenticated(principal, now, login.endsAt());
    }

    /**
     * Continues a log-in: from a token, ended or not, to the next one. Fails to if the log-in was ended, was not
     * renewed for too long, or is too old.
     */
    public CompletionStage<LogIn> renew(Credentials.Token token) {
        Principal old;
        try {
            old = tokens.read(token).principal();
        } catch (MirrorException e) {
            return done(LogIn.Rejected.of(e.code()));
        }
        Instant now = now();
        return store.write(handle -> switch (LoginRows.state(handle, old.login(), now, logins.idleSince(now))) {
            case REVOKED -> LogIn.Rejected.of(ErrorCode.AUTH_REVOKED);
            case ENDED -> LogIn.Rejected.of(ErrorCode.AUTH_EXPIRED);
            case LIVE -> {
                Account account =
                        AccountRows.byId(handle, old.user()).orElseThrow().account();
                Logins.Login login =
                        LoginRows.find(handle, old.user(), old.login()).orElseThrow();
                LogIn.Authenticated result = authenticated(account, login, now);
                LoginRows.seen(handle, login.id(), now, result.principal().expiresAt());
                yield result;
            }
        });
    }

    /**
     * Ends the log-in that a token is from, whether or not the token has ended: it could still be renewed. Whether
     * there was one to end; fails if it is no token of ours.
     */
    public CompletionStage<Boolean> logOut(Credentials.Token token) {
        try {
            Principal who = tokens.read(token).principal();
            return logins.end(who.user(), who.login());
        } catch (MirrorException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    /**
     * Changes a password, for who knows the old one, and ends the user's log-ins.
     *
     * @param keptLogin the log-in that goes on, the one that asks; empty for none
     */
    public CompletionStage<PasswordChange> changePassword(
            UserId user, String oldPassword, String newPassword, String keptLogin) {
        return check.byId(user, oldPassword).thenCompose(outcome -> {
            if (outcome.known().isEmpty()) {
                return done(new PasswordChange.Rejected(outcome.refusal(), outcome.retryAfter()));
            }
            AccountRows.Row row = outcome.known().get().row();
            AccountName name = new AccountName(row.account().name(), row.key());
            Optional<SignUp.Problem> problem = rules.problem(newPassword, name);
            return problem.isPresent()
                    ? done(new PasswordChange.Invalid(problem.get()))
                    : check.hash(newPassword).thenCompose(hash -> store(row, hash, keptLogin));
        });
    }

    private CompletionStage<PasswordChange> store(AccountRows.Row row, String hash, String keptLogin) {
        Instant now = now();
        UserId user = row.account().id();
        return logins.commit(handle -> {
            if (!AccountRows.changePassword(handle, row, hash)) {
                PasswordChange lost = new PasswordChange.Rejected(ErrorCode.AUTH_REQUIRED, Duration.ZERO);
                return new Logins.Change<>(lost, user, List.of());
            }
            return new Logins.Change<>(
                    new PasswordChange.Changed(), user, LoginRows.endAllBut(handle, user, keptLogin, now));
        });
    }

    /** Lets nobody log in to an account, and ends its log-ins; whether there is such an account. */
    public CompletionStage<Boolean> disable(UserId user) {
        Instant now = now();
        return logins.commit(handle -> new Logins.Change<>(
                AccountRows.disable(handle, user, now), user, LoginRows.endAllBut(handle, user, "", now)));
    }

    /** Lets them log in again; whether there is such an account. */
    public CompletionStage<Boolean> enable(UserId user) {
        return store.write(handle -> AccountRows.enable(handle, user));
    }

    /** The account with this name, in any spelling that counts as the same. */
    public CompletionStage<Optional<Account>> findByName(String name) {
        Optional<AccountName> parsed = AccountName.parse(name);
        return parsed.isEmpty()
                ? done(Optional.empty())
                : store.read(
                        handle -> AccountRows.byKey(handle, parsed.get().key()).map(AccountRows.Row::account));
    }

    /** The account of this user. */
    public CompletionStage<Optional<Account>> find(UserId user) {
        return store.read(handle -> AccountRows.byId(handle, user).map(AccountRows.Row::account));
    }

    /** Makes tokens from log-ins. */
    public Tokens tokens() {
        return tokens;
    }

    /** Lists and ends log-ins, and tells of those that end. */
    public Logins logins() {
        return logins;
    }

    /**
     * Makes a new signing key. The one before it verifies until everything that it signed has ended, or until the next
     * rotation: rotating twice ends every log-in's tokens.
     */
    public CompletionStage<Void> rotateKeys() {
        return check.run(() -> keys.rotate(verifiesOn()));
    }

    /** As long as a token can be renewed, which is after it ended but before its log-in did. */
    private Duration verifiesOn() {
        return options.idleLife().plus(options.tokenLife());
    }

    /** A token is checked at once, from memory; a password takes its time and begins a log-in. */
    @Override
    public CompletionStage<Principal> authenticate(Credentials credentials) {
        if (credentials instanceof Credentials.Token token) {
            try {
                return done(tokens.verify(token));
            } catch (MirrorException e) {
                return CompletableFuture.failedStage(e);
            }
        }
        if (credentials instanceof Credentials.Password password) {
            return logIn(password).thenCompose(Accounts::principalOf);
        }
        return CompletableFuture.failedStage(Tokens.refused(ErrorCode.AUTH_REQUIRED));
    }

    private static CompletionStage<Principal> principalOf(LogIn result) {
        if (result instanceof LogIn.Authenticated authenticated) {
            return done(authenticated.principal());
        }
        boolean wait = result instanceof LogIn.Rejected rejected && rejected.code() == ErrorCode.TOO_MANY;
        return CompletableFuture.failedStage(Tokens.refused(wait ? ErrorCode.BUSY : ErrorCode.AUTH_REQUIRED));
    }

    @Override
    public CompletionStage<Boolean> exists(UserId user) {
        if (known.getIfPresent(user) != null) {
            return done(true);
        }
        return store.read(handle -> AccountRows.exists(handle, user)).thenApply(there -> {
            if (there) {
                known.put(user, true);
            }
            return there;
        });
    }

    /** Finishes what it took, for at most 10 s. Close it before the store. */
    @Override
    public void close() {
        check.close();
    }

    private String newId() {
        return Ids.next(store.surroundings().chance());
    }

    private Instant now() {
        return store.surroundings().time().instant();
    }

    private static <T> CompletionStage<T> done(T value) {
        return CompletableFuture.completedStage(value);
    }
}
