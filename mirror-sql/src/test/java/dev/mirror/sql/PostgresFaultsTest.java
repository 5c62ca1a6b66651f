package dev.mirror.sql;

import static dev.mirror.sql.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mirror.identity.UserId;
import dev.mirror.testkit.time.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store whose server goes away and comes back. */
class PostgresFaultsTest {
    /** What a request may take while the server is away: 5 s, and what a busy machine adds. */
    private static final Duration ANSWER = Duration.ofSeconds(15);

    private static TestPostgres server;

    @TempDir
    Path folder;

    private StoreFixture fixture;
    private UserId anna;

    @BeforeAll
    static void start(@TempDir Path data) throws IOException {
        server = TestPostgres.start(data);
    }

    @AfterAll
    static void stop() throws IOException {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void open() {
        String schema = "t" + Integer.toHexString(folder.toString().hashCode());
        fixture = new StoreFixture(server.database(schema, folder));
        anna = fixture.user("anna");
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void f2_aKilledServerIsUnavailableAndBackWithoutARestartOfTheNode() throws IOException {
        keep("ben.anna");
        server.kill();
        for (int attempt = 0; attempt < 3; attempt++) {
            assertUnavailable(() -> keepLater("cleo.anna"));
            assertUnavailable(this::waiting);
        }
        server.restart();
        Await.until("the store writes again", () -> succeeds(() -> keepLater("dora.anna")));
        Await.until("the store reads again", () -> succeeds(this::waiting));
        assertThat(await(fixture.store().relays().take(anna))).containsExactly("ben.anna", "dora.anna");
    }

    @Test
    void f2_afterARestartThatNobodySawTheNextRequestsSucceed() throws IOException {
        keep("ben.anna");
        server.kill();
        server.restart();
        keep("cleo.anna");
        assertThat(await(fixture.store().relays().take(anna))).containsExactly("ben.anna", "cleo.anna");
    }

    @Test
    void f2_connectionsThatAreEndedAreMadeAgain() {
        for (int i = 0; i < 5; i++) {
            keep("user" + i + ".anna");
            server.endConnections();
        }
        assertThat(await(fixture.store().relays().take(anna))).hasSize(5);
    }

    @Test
    void i10_aServerThatHangsFailsWhatWaitsForItTogether() {
        server.freeze();
        try {
            List<CompletableFuture<?>> all = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                all.add(keepLater("user" + i + ".anna"));
                all.add(waiting());
            }
            for (CompletableFuture<?> each : all) {
                assertThatThrownBy(() -> await(each.copy().orTimeout(ANSWER.toSeconds(), TimeUnit.SECONDS)))
                        .isInstanceOf(StoreException.Unavailable.class);
            }
        } finally {
            server.thaw();
        }
        Await.until("the store writes again", () -> succeeds(() -> keepLater("dora.anna")));
    }

    @Test
    void aNodeThatLostItsPlaceToAnotherDoesNotWriteUntilThatOneEnds() {
        keep("ben.anna");
        Database sameDatabase =
                server.database("t" + Integer.toHexString(folder.toString().hashCode()), folder.resolve("other"));
        server.endConnections();
        try (StoreFixture other = new StoreFixture(sameDatabase)) {
            assertUnavailable(() -> keepLater("cleo.anna"));
            await(other.store().relays().keep(anna, "dora.anna"));
            assertUnavailable(() -> keepLater("cleo.anna"));
            assertThat(await(waiting()).intValue()).isEqualTo(2);
        }
        keep("emil.anna");
        assertThat(await(fixture.store().relays().take(anna))).containsExactly("ben.anna", "dora.anna", "emil.anna");
    }

    @Test
    void aStatementThatTakesTooLongIsStoppedAndTheNextOneRuns() {
        assertUnavailable(() -> fixture.store()
                .write(handle -> handle.select("SELECT pg_sleep(60)::text")
                        .mapTo(String.class)
                        .one()));
        keep("ben.anna");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fsync", "full_page_writes"})
    void aServerThatCouldLoseWhatItHasIsRefused(String setting) throws IOException {
        server.kill();
        server.restart(setting, "off");
        try {
            Database other = server.database("other", folder.resolve("other"));
            for (ThrowingCallable use : List.<ThrowingCallable>of(
                    () -> new StoreFixture(other), () -> StoreTools.check(other, StoreTools.ProgressHandler.NONE))) {
                assertThatThrownBy(use)
                        .isInstanceOf(StoreException.Unsuitable.class)
                        .hasMessageContainingAll(setting + "=off", setting + "=on");
            }
            assertUnavailable(() -> keepLater("ben.anna"));
        } finally {
            server.kill();
            server.restart();
        }
        keep("ben.anna");
    }

    private void keep(String channel) {
        await(keepLater(channel));
    }

    private CompletableFuture<Void> keepLater(String channel) {
        return fixture.store().relays().keep(anna, channel).toCompletableFuture();
    }

    private CompletableFuture<Integer> waiting() {
        return fixture.store()
                .read(handle -> handle.select("SELECT count(*) FROM relays")
                        .mapTo(int.class)
                        .one());
    }

    private static void assertUnavailable(Supplier<CompletableFuture<?>> request) {
        CompletableFuture<?> answer = request.get().copy().orTimeout(ANSWER.toSeconds(), TimeUnit.SECONDS);
        assertThatThrownBy(() -> await(answer)).isInstanceOf(StoreException.class);
    }

    private static boolean succeeds(Supplier<CompletableFuture<?>> request) {
        return await(request.get().handle((done, fault) -> fault == null));
    }
}
