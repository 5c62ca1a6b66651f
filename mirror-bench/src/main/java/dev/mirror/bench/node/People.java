package dev.mirror.bench.node;

import dev.mirror.identity.Credentials;
import dev.mirror.sql.Database;
import dev.mirror.sql.SqlStore;
import dev.mirror.sql.Surroundings;
import dev.mirror.sql.accounts.Accounts;
import dev.mirror.sql.accounts.AccountsOptions;
import dev.mirror.sql.accounts.LogIn;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Signs people up in the data folder of a server that does not run. It is done with the server's own classes but cheap
 * hashes and tokens that last for hours: passwords are not what is measured here.
 */
public final class People {
    /** Everybody's. */
    public static final String PASSWORD = "Seven-Bench-People";

    private People() {}

    /**
     * Somebody with an account.
     *
     * @param user their id
     * @param token proves who they are, for hours
     */
    public record Person(String user, String token) {}

    /** Makes the store if it is not there, and so many accounts in it. */
    public static List<Person> signUp(Database database, int count) {
        ExecutorService threads = Executors.newCachedThreadPool();
        Surroundings surroundings = new Surroundings(InstantSource.system(), new SecureRandom(), threads);
        AccountsOptions options = AccountsOptions.builder()
                .hashCost(8, 1, 1)
                .tokenLife(Duration.ofHours(12))
                .build();
        try (SqlStore store = SqlStore.open(database, surroundings);
                Accounts accounts = Accounts.open(store, options)) {
            List<CompletionStage<Person>> people = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                people.add(person(accounts, name(i)));
                if (people.size() % 16 == 0) {
                    people.get(people.size() - 1).toCompletableFuture().join();
                }
            }
            return people.stream()
                    .map(person -> person.toCompletableFuture().join())
                    .toList();
        } finally {
            threads.shutdown();
        }
    }

    /** The name by which somebody logs in. */
    public static String name(int number) {
        return "person-" + number;
    }

    /** One more account, with a token of another life. */
    public static Person signUp(Database database, String name, Duration life) {
        ExecutorService threads = Executors.newCachedThreadPool();
        Surroundings surroundings = new Surroundings(InstantSource.system(), new SecureRandom(), threads);
        AccountsOptions options =
                AccountsOptions.builder().hashCost(8, 1, 1).tokenLife(life).build();
        try (SqlStore store = SqlStore.open(database, surroundings);
                Accounts accounts = Accounts.open(store, options)) {
            return person(accounts, name).toCompletableFuture().join();
        } finally {
            threads.shutdown();
        }
    }

    private static CompletionStage<Person> person(Accounts accounts, String name) {
        Credentials.Password password = new Credentials.Password(name, PASSWORD);
        return accounts.signUp(password)
                .thenCompose(made -> accounts.logIn(password))
                .thenApply(result -> {
                    if (!(result instanceof LogIn.Authenticated login)) {
                        throw new IllegalStateException("could not log in: " + result);
                    }
                    return new Person(
                            login.principal().user().value(),
                            accounts.tokens().issue(login).token());
                });
    }
}
