package dev.mirror.client.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.testkit.time.Await;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an outbox keeps to, on a database that the subclass brings. */
abstract class OutboxRules {
    private final List<AutoCloseable> relays = new ArrayList<>();
    private final List<String> sent = new CopyOnWriteArrayList<>();
    private Outbox outbox;

    abstract DataSource database();

    @BeforeEach
    void make() {
        TestDatabase.execute(database(), "DROP TABLE IF EXISTS mirror_outbox");
        outbox = Outbox.of(database(), "order-bot").createTable();
    }

    @AfterEach
    void endRelays() throws Exception {
        for (AutoCloseable relay : relays) {
            relay.close();
        }
    }

    private AutoCloseable relay(Outbox from, Outbox.Sender sender) {
        AutoCloseable relay = from.relay(sender, task -> {
            Thread thread = new Thread(task, "outbox");
            thread.setDaemon(true);
            return thread;
        });
        relays.add(relay);
        return relay;
    }

    /** A server that answers what the test says. */
    private Outbox.Sender server(Function<String, CompletionStage<?>> answer) {
        return (id, channel, json) -> {
            sent.add(channel + " " + json);
            return answer.apply(json);
        };
    }

    private static CompletionStage<?> taken() {
        return CompletableFuture.completedFuture(true);
    }

    private static CompletionStage<?> refused(ErrorCode code) {
        return CompletableFuture.failedFuture(new MirrorException(code, "as the test wants"));
    }

    /** A step of the application's. */
    private interface Work {
        void run(Connection connection) throws SQLException;
    }

    private void inTransaction(Work work) {
        try (Connection connection = database().getConnection()) {
            connection.setAutoCommit(false);
            work.run(connection);
            connection.commit();
        } catch (SQLException failure) {
            throw new AssertionError(failure);
        }
    }

    private long rows(String where) {
        return TestDatabase.number(database(), "SELECT COUNT(*) FROM mirror_outbox WHERE " + where);
    }

    private void awaitEmpty() {
        Await.until("an empty outbox", () -> rows("refused IS NULL") == 0);
    }

    @Test
    void committedRowsAreSentInOrderAndDeleted() {
        relay(outbox, server(json -> taken()));
        inTransaction(connection -> {
            outbox.publish(connection, "lobby", "one");
            outbox.publish(connection, "lobby", Map.of("order", 17));
            outbox.publish(connection, "lobby", "my-id", List.of(3));
        });
        awaitEmpty();

        assertThat(sent).containsExactly("lobby {\"value\":\"one\"}", "lobby {\"order\":17}", "lobby [3]");
    }

    @Test
    void rowsThatAreNotCommittedAreNeverSent() throws SQLException {
        relay(outbox, server(json -> taken()));
        try (Connection connection = database().getConnection()) {
            connection.setAutoCommit(false);
            outbox.publish(connection, "lobby", "undone");
            connection.rollback();
        }
        inTransaction(connection -> outbox.publish(connection, "lobby", "done"));
        awaitEmpty();

        assertThat(sent).containsExactly("lobby {\"value\":\"done\"}");
    }

    @Test
    void orderHoldsOverManyBatchesAndTransactions() {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            int first = i * 7;
            inTransaction(connection -> {
                for (int j = 0; j < 7; j++) {
                    outbox.publish(connection, "lobby", "n" + (first + j));
                }
            });
        }
        IntStream.range(0, 350).forEach(i -> expected.add("lobby {\"value\":\"n" + i + "\"}"));
        relay(outbox, server(json -> taken()));
        awaitEmpty();

        assertThat(sent).containsExactlyElementsOf(expected);
    }

    @Test
    void orderHoldsOverARestartThoughTheClockWasSetBack() {
        Outbox before = new Outbox(database(), "order-bot", () -> Instant.parse("2030-01-01T00:00:00Z"));
        Outbox after = new Outbox(database(), "order-bot", () -> Instant.parse("2020-01-01T00:00:00Z"));
        inTransaction(connection -> before.publish(connection, "lobby", "first"));
        inTransaction(connection -> after.publish(connection, "lobby", "second"));
        relay(after, server(json -> taken()));
        awaitEmpty();

        assertThat(sent).containsExactly("lobby {\"value\":\"first\"}", "lobby {\"value\":\"second\"}");
    }

    @Test
    void rowThatIsRefusedForGoodIsSetAsideAndTheRestGoesOn() {
        inTransaction(connection -> {
            outbox.publish(connection, "lobby", "one");
            outbox.publish(connection, "lobby", "bad");
            outbox.publish(connection, "lobby", "three");
        });
        relay(outbox, server(json -> json.contains("bad") ? refused(ErrorCode.TOO_LARGE) : taken()));
        awaitEmpty();

        assertThat(sent).hasSize(3).last().asString().contains("three");
        assertThat(rows("refused = 'too.large'")).isEqualTo(1);
        assertThat(rows("1 = 1")).isEqualTo(1);
    }

    @Test
    void rowThatIsRefusedForNowIsSentAgainAndItsChannelWaits() {
        inTransaction(connection -> {
            outbox.publish(connection, "lobby", "one");
            outbox.publish(connection, "lobby", "two");
            outbox.publish(connection, "attic", "three");
        });
        int[] failures = {2};
        relay(outbox, server(json -> json.contains("one") && failures[0]-- > 0 ? refused(ErrorCode.BUSY) : taken()));
        awaitEmpty();

        assertThat(sent)
                .filteredOn(said -> said.startsWith("lobby"))
                .containsExactly(
                        "lobby {\"value\":\"one\"}",
                        "lobby {\"value\":\"one\"}",
                        "lobby {\"value\":\"one\"}",
                        "lobby {\"value\":\"two\"}");
        assertThat(sent).filteredOn(said -> said.startsWith("attic")).hasSize(1);
    }

    @Test
    void rowWhoseDeletionWasLostIsSentAgainUnderTheSameId() throws Exception {
        Set<String> ids = new HashSet<>();
        List<String> twice = new CopyOnWriteArrayList<>();
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        inTransaction(connection -> outbox.publish(connection, "lobby", "the-id", "one"));
        AutoCloseable first = relay(outbox, (id, channel, json) -> {
            ids.add(id);
            twice.add(id);
            return answer;
        });
        Await.until("the first attempt", () -> !twice.isEmpty());
        first.close(); // before the answer, as a crash would be
        relay(outbox, (id, channel, json) -> {
            ids.add(id);
            twice.add(id);
            return taken();
        });
        awaitEmpty();

        assertThat(ids).containsExactly("the-id");
        assertThat(twice).hasSize(2);
    }

    @Test
    void outboxesOfDifferentBotsDoNotMeet() {
        Outbox other = Outbox.of(database(), "other-bot");
        inTransaction(connection -> {
            outbox.publish(connection, "lobby", "same-id", "mine");
            other.publish(connection, "lobby", "same-id", "theirs");
        });
        relay(outbox, server(json -> taken()));
        Await.until("mine is sent", () -> rows("bot = 'order-bot'") == 0);

        assertThat(sent).containsExactly("lobby \"mine\"");
        assertThat(rows("bot = 'other-bot'")).isEqualTo(1);
    }

    @Test
    void databaseThatIsAwayIsWaitedFor() {
        TestDatabase.execute(database(), "DROP TABLE mirror_outbox");
        relay(outbox, server(json -> taken()));
        outbox.createTable();
        inTransaction(connection -> outbox.publish(connection, "lobby", "one"));
        awaitEmpty();

        assertThat(sent).hasSize(1);
    }

    @Test
    void whatCannotBeSentIsRefusedAtOnce() {
        inTransaction(connection -> {
            assertThatThrownBy(() -> outbox.publish(connection, "no such name", "x"))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> outbox.publish(connection, "lobby", "", 1))
                    .isInstanceOf(IllegalArgumentException.class);
            for (String id : List.of("x".repeat(37), "\u0000", "a\u0000b")) {
                assertThatThrownBy(() -> outbox.publish(connection, "lobby", id, 1))
                        .isInstanceOf(IllegalArgumentException.class);
            }
            assertThatThrownBy(() -> outbox.publish(connection, "lobby", "x".repeat(40_000)))
                    .isInstanceOf(MirrorException.class);
        });

        assertThat(rows("1 = 1")).isZero();
        assertThatThrownBy(() -> Outbox.of(database(), "")).isInstanceOf(IllegalArgumentException.class);
    }

    /** 32,768 bytes with the brackets around them: in ASCII, in characters of two, three and four bytes. */
    @ParameterizedTest
    @CsvSource({"x, 32756", "ä, 16378", "€, 10918", "😀, 8189"})
    void w38_limitIsCountedInBytesOfUtf8(String character, int most) {
        inTransaction(connection -> {
            outbox.publish(connection, "lobby", character.repeat(most));
            assertThatThrownBy(() -> outbox.publish(connection, "lobby", character.repeat(most + 1)))
                    .isInstanceOfSatisfying(
                            MirrorException.class,
                            refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.TOO_LARGE));
        });

        assertThat(rows("1 = 1")).isEqualTo(1);
    }

    @Test
    void nameOfAConversationIsKeptAsItWasSpelled() {
        List<ChannelName> channels = new CopyOnWriteArrayList<>();
        relay(outbox, (id, channel, json) -> {
            channels.add(channel);
            return taken();
        });
        inTransaction(connection -> outbox.publish(connection, "zoe.ann", "hello"));
        awaitEmpty();

        assertThat(channels).singleElement().hasToString("zoe.ann");
    }
}
