package dev.mirror.client.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mirror.channel.ChannelName;
import dev.mirror.client.checkpoint.Checkpoint;
import dev.mirror.client.checkpoint.Checkpoint.Step;
import dev.mirror.client.checkpoint.CheckpointContract;
import dev.mirror.client.checkpoint.CheckpointException;
import dev.mirror.client.checkpoint.Progress;
import dev.mirror.message.Position;
import dev.mirror.testkit.time.Await;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The contract of checkpoints and, beyond it, what the transaction is for; on a database that the subclass brings. */
abstract class JdbcCheckpointRules extends CheckpointContract<Connection> {
    private static final ChannelName LOBBY = ChannelName.room("lobby");

    abstract DataSource database();

    @Override
    protected Checkpoint<Connection> make() {
        return JdbcCheckpoint.of(database(), "order-bot").createTable();
    }

    @BeforeEach
    void effects() {
        TestDatabase.execute(database(), "DROP TABLE IF EXISTS effects");
        TestDatabase.execute(database(), "DROP TABLE IF EXISTS mirror_checkpoint");
        TestDatabase.execute(database(), "CREATE TABLE effects (number BIGINT NOT NULL)");
    }

    private static Step step(long offset) {
        return new Step(LOBBY, new Position("e", offset), offset);
    }

    private static void effect(Connection connection, long number) throws SQLException {
        try (Statement insert = connection.createStatement()) {
            insert.executeUpdate("INSERT INTO effects (number) VALUES (" + number + ")");
        }
    }

    private Progress kept() {
        return make().open().get(LOBBY);
    }

    @Test
    void k6_effectAndPositionAreKeptTogether() throws Exception {
        make().handle(step(1), connection -> effect(connection, 1));

        assertThat(countEffects()).isEqualTo(1);
        assertThat(kept()).isEqualTo(Progress.upTo(new Position("e", 1)));
    }

    private long countEffects() {
        return TestDatabase.number(database(), "SELECT COUNT(*) FROM effects");
    }

    @Test
    void k6_failureUndoesBoth() {
        assertThatThrownBy(() -> make().handle(step(1), connection -> {
                    effect(connection, 1);
                    throw new IOException("as the test wants");
                }))
                .isInstanceOf(IOException.class);

        assertThat(countEffects()).isZero();
        assertThat(kept()).isNull();
    }

    @Test
    void handlerCannotEndTheTransaction() throws Exception {
        make().handle(step(1), connection -> {
            assertThatThrownBy(connection::commit).hasMessageContaining("ends when the handler returns");
            assertThatThrownBy(connection::rollback).isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> connection.setAutoCommit(true)).isInstanceOf(SQLException.class);
            assertThat(Set.of(connection)).contains(connection);
            effect(connection, 1);
            Savepoint savepoint = connection.setSavepoint();
            effect(connection, 2);
            connection.rollback(savepoint);
            connection.close();
            assertThat(connection.isClosed()).isFalse();
        });

        assertThat(countEffects()).isEqualTo(1);
    }

    @Test
    void k5_commitThatFailsIsNotTheHandlersFailure() throws Exception {
        make();
        AtomicInteger failing = new AtomicInteger(1);
        DataSource full = FailingCommits.of(database(), failing, new SQLException("disk full", "53100"));
        JdbcCheckpoint checkpoint = JdbcCheckpoint.of(full, "bot");

        assertThatThrownBy(() -> checkpoint.handle(step(1), connection -> effect(connection, 1)))
                .isInstanceOf(CheckpointException.class);
        assertThat(countEffects()).isZero();
        assertThat(checkpoint.handle(step(1), connection -> effect(connection, 1)))
                .isTrue();
        assertThat(countEffects()).isEqualTo(1);
    }

    @Test
    void constraintThatIsCheckedAtTheEndIsTheHandlersFailure() {
        make();
        DataSource refusing =
                FailingCommits.of(database(), new AtomicInteger(1), new SQLException("foreign key", "23503"));

        assertThatThrownBy(() -> JdbcCheckpoint.of(refusing, "bot").handle(step(1), connection -> {}))
                .isInstanceOf(SQLException.class)
                .isNotInstanceOf(CheckpointException.class);
    }

    @Test
    void whatAStatementThrowsComesOutAsItIs() {
        assertThatThrownBy(() -> make().handle(step(1), connection -> {
                    try (Statement statement = connection.createStatement()) {
                        statement.execute("SELECT nonsense FROM nowhere");
                    }
                }))
                .isInstanceOf(SQLException.class)
                .isNotInstanceOf(CheckpointException.class);
    }

    @Test
    void botsOfDifferentNamesDoNotMeet() throws Exception {
        JdbcCheckpoint other = JdbcCheckpoint.of(database(), "other-bot").createTable();
        make().handle(step(5), connection -> effect(connection, 5));

        assertThat(other.open()).isEmpty();
        assertThat(other.handle(step(5), connection -> effect(connection, 5))).isTrue();
    }

    @Test
    void twoProcessesOfOneBotHaveOneEffect() {
        AtomicInteger runs = new AtomicInteger();
        Checkpoint<Connection> first = make();
        Checkpoint<Connection> second = make();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            CompletableFuture<Void> one = CompletableFuture.runAsync(() -> all(first, runs), threads);
            CompletableFuture<Void> two = CompletableFuture.runAsync(() -> all(second, runs), threads);
            Await.value(CompletableFuture.allOf(one, two));
        } finally {
            threads.shutdown();
        }

        assertThat(countEffects()).isEqualTo(30);
        assertThat(runs).hasValueGreaterThanOrEqualTo(30);
        assertThat(kept()).isEqualTo(Progress.upTo(new Position("e", 30)));
    }

    private static void all(Checkpoint<Connection> checkpoint, AtomicInteger runs) {
        for (long offset = 1; offset <= 30; offset++) {
            handle(checkpoint, offset, runs);
        }
    }

    /** As the client does it. */
    private static void handle(Checkpoint<Connection> checkpoint, long offset, AtomicInteger runs) {
        for (int attempt = 0; attempt < 1_000; attempt++) {
            try {
                checkpoint.handle(step(offset), connection -> {
                    runs.incrementAndGet();
                    effect(connection, offset);
                });
                return;
            } catch (CheckpointException | SQLException busy) {
                Thread.onSpinWait();
            } catch (Exception failure) {
                throw new AssertionError(failure);
            }
        }
        throw new AssertionError("never kept");
    }

    @Test
    void secondProcessNeverRunsWhatTheFirstIsHandling() throws Exception {
        make().handle(step(1), connection -> effect(connection, 1));
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        AtomicInteger runs = new AtomicInteger();
        Checkpoint<Connection> other = make();
        try {
            CompletableFuture<Void> first = CompletableFuture.runAsync(
                    () -> {
                        try {
                            make().handle(step(2), connection -> {
                                effect(connection, 2);
                                running.countDown();
                                finish.await();
                            });
                        } catch (Exception failure) {
                            throw new AssertionError(failure);
                        }
                    },
                    threads);
            Await.open("the first runs", running);
            CompletableFuture<Void> second = CompletableFuture.runAsync(() -> handle(other, 2, runs), threads);
            finish.countDown();
            Await.value(CompletableFuture.allOf(first, second));
        } finally {
            threads.shutdown();
        }

        assertThat(runs).hasValue(0);
        assertThat(countEffects()).isEqualTo(2);
    }

    @Test
    void connectionIsGivenBackAsItCame() throws Exception {
        try (Connection borrowed = database().getConnection()) {
            DataSource one = new SingleConnection(borrowed);
            JdbcCheckpoint checkpoint = JdbcCheckpoint.of(one, "order-bot").createTable();
            checkpoint.handle(step(1), connection -> effect(connection, 1));
            assertThat(borrowed.getAutoCommit()).isTrue();
            assertThatThrownBy(() -> checkpoint.handle(step(2), connection -> {
                        throw new IOException("as the test wants");
                    }))
                    .isInstanceOf(IOException.class);
            assertThat(borrowed.getAutoCommit()).isTrue();
        }
    }

    @Test
    void missingTableIsACheckpointsFailureAndNotAHandlers() {
        JdbcCheckpoint checkpoint = JdbcCheckpoint.of(database(), "order-bot");

        assertThatThrownBy(checkpoint::open).isInstanceOf(CheckpointException.class);
        assertThatThrownBy(() -> checkpoint.handle(step(1), connection -> {})).isInstanceOf(CheckpointException.class);
        assertThatThrownBy(() -> checkpoint.move(LOBBY, new Position("e", 1))).isInstanceOf(CheckpointException.class);
    }

    @Test
    void tableIsMadeOnceHoweverManyAsk() {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Await.value(CompletableFuture.allOf(IntStream.range(0, 8)
                    .mapToObj(i -> CompletableFuture.runAsync(this::make, threads))
                    .toArray(CompletableFuture[]::new)));
        } finally {
            threads.shutdown();
        }

        assertThat(make().open()).isEmpty();
    }

    @Test
    void nameOfABotIsBounded() {
        assertThatThrownBy(() -> JdbcCheckpoint.of(database(), "")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> JdbcCheckpoint.of(database(), "x".repeat(65)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
