package dev.mirror.sql.accounts;

import dev.mirror.identity.UserId;
import dev.mirror.message.ErrorCode;
import dev.mirror.sql.Lane;
import dev.mirror.sql.SqlStore;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether somebody knows the password of an account: slowly for who guesses, and in the same time and words
 * whether or not there is such an account. Any thread; hashing runs on a lane of its own.
 */
final class PasswordCheck {
    /** How many wait for a hash at most; one more is {@code busy}. */
    private static final int WAITING = 64;

    private static final Duration DRAIN = Duration.ofSeconds(10);

    /** They know it: the account, and a better hash of the password if the stored one is too cheap by now. */
    record Known(AccountRows.Row row, Optional<String> betterHash) {}

    /** What a check came to: {@code known}, or why not. */
    record Outcome(Optional<Known> known, ErrorCode refusal, Duration retryAfter) {
        static final Outcome WRONG = new Outcome(Optional.empty(), ErrorCode.AUTH_REQUIRED, Duration.ZERO);
    }

    private final SqlStore store;
    private final PasswordHasher hasher;
    private final FailureLimiter failures;
    private final Lane hashing;

    PasswordCheck(SqlStore store, AccountsOptions options) {
        this.store = store;
        this.hasher =
                new PasswordHasher(options.hashCost(), store.surroundings().chance());
        this.failures = new FailureLimiter(
                options.failuresPerMinute(), store.surroundings().time());
        this.hashing = new Lane("the password check", store.surroundings().executor(), options.hashesAtOnce(), WAITING);
    }

    CompletableFuture<Outcome> byName(AccountName name, String password) {
        return check(name.key(), password, handle -> AccountRows.byKey(handle, name.key()));
    }

    CompletableFuture<Outcome> byId(UserId user, String password) {
        return store.read(handle -> AccountRows.byId(handle, user))
                .thenCompose(row -> row.isEmpty()
                        ? CompletableFuture.completedFuture(Outcome.WRONG)
                        : check(row.get().key(), password, handle -> AccountRows.byId(handle, user)));
    }

    CompletableFuture<String> hash(String password) {
        return hashing.run(() -> hasher.hash(password));
    }

    /** Runs something else that takes the processor for long. */
    CompletableFuture<Void> run(Runnable work) {
        return hashing.run(() -> {
            work.run();
            return null;
        });
    }

    private CompletableFuture<Outcome> check(
            String key, String password, Function<Handle, Optional<AccountRows.Row>> find) {
        if (!PasswordRules.fits(password)) {
            return CompletableFuture.completedFuture(Outcome.WRONG);
        }
        Duration wait = failures.admit(key);
        if (!wait.isZero()) {
            return CompletableFuture.completedFuture(new Outcome(Optional.empty(), ErrorCode.TOO_MANY, wait));
        }
        return store.read(find)
                .thenCompose(row -> hashing.run(() -> compare(row.orElse(null), password)))
                .whenComplete((outcome, fault) -> {
                    if (fault != null) {
                        failures.refund(key);
                    } else if (outcome.known.isPresent()) {
                        failures.forgive(key);
                    }
                });
    }

    private Outcome compare(AccountRows.@Nullable Row row, String password) {
        PasswordHasher.Match match = hasher.verify(row == null ? null : row.passwordHash(), password);
        if (row == null || !match.matches() || row.account().disabled()) {
            return Outcome.WRONG;
        }
        Optional<String> better = match.outdated() ? Optional.of(hasher.hash(password)) : Optional.empty();
        return new Outcome(Optional.of(new Known(row, better)), ErrorCode.INTERNAL, Duration.ZERO);
    }

    /** Finishes what it took and takes nothing more. */
    void close() {
        hashing.close(DRAIN);
    }
}
