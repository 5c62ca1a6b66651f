package dev.mirror.sql.accounts;

import static dev.mirror.sql.accounts.AccountsFixture.PASSWORD;
import static dev.mirror.sql.accounts.AccountsFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.identity.Credentials;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {
    @TempDir
    Path folder;

    /** Everything that anybody could read afterwards. */
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();

    private final Handler listener = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            seen.add(new SimpleFormatter().format(entry));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @Test
    void o2_noSecretIsLoggedThrownPrintedOrKept() throws Exception {
        Logger logger = Logger.getLogger("dev.mirror");
        logger.setLevel(Level.ALL);
        logger.addHandler(listener);
        listener.setLevel(Level.ALL);
        List<String> secrets = new ArrayList<>();
        try (AccountsFixture fixture = new AccountsFixture(folder)) {
            use(fixture, secrets);
        } finally {
            logger.removeHandler(listener);
        }
        assertThat(seen.toString()).contains("token refused"); // so the listener does hear
        assertThat(seen.toString()).doesNotContain(secrets);
        assertThat(filesIn(folder)).doesNotContain(PASSWORD, "wrong-canary", "later-canary");
    }

    private void use(AccountsFixture fixture, List<String> secrets) {
        Accounts accounts = fixture.accounts();
        secrets.addAll(List.of(PASSWORD, "wrong-canary", "later-canary"));
        Account anna = fixture.signUp("Anna");
        LogIn.Authenticated login = fixture.logIn("Anna");
        Credentials.Token token = accounts.tokens().issue(login);
        secrets.add(token.token().substring(token.token().lastIndexOf('.')));
        secrets.add(fixture.column("SELECT password_hash FROM users").substring(40));
        seen.addAll(List.of(login.toString(), token.toString(), anna.toString()));
        outcome(accounts.signUp(new Credentials.Password("Anna", PASSWORD)));
        outcome(accounts.logIn(new Credentials.Password("Anna", "wrong-canary")));
        outcome(accounts.authenticate(new Credentials.Password("Anna", "wrong-canary")));
        outcome(accounts.authenticate(new Credentials.Token(token.token() + "x")));
        outcome(accounts.authenticate(new Credentials.Token("x" + token.token())));
        outcome(accounts.changePassword(anna.id(), "wrong-canary", "later-canary", ""));
        outcome(accounts.changePassword(anna.id(), PASSWORD, "later-canary", ""));
        outcome(accounts.authenticate(token));
        outcome(accounts.renew(token));
        fixture.close();
        outcome(accounts.logIn(new Credentials.Password("Anna", "later-canary")));
        outcome(accounts.signUp(new Credentials.Password("Ben", "later-canary")));
    }

    private void outcome(CompletionStage<?> stage) {
        await(stage.handle((result, fault) -> {
            if (fault == null) {
                return seen.add(String.valueOf(result));
            }
            StringWriter trace = new StringWriter();
            fault.printStackTrace(new PrintWriter(trace));
            return seen.add(trace.toString());
        }));
    }

    private static String filesIn(Path folder) throws Exception {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return all.toString();
    }
}
