package dev.mirror.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.ErrorCode;
import dev.mirror.sql.SqlState.Change;
import dev.mirror.sql.SqlState.Item;
import dev.mirror.sql.SqlState.Span;
import dev.mirror.testkit.time.Await;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the gateway's StateStore asks of it (K1 to K7), on both databases. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class SqlStateTest {
    private static final String SPACE = "groups:sub";

    @Parameter
    TestDatabase database;

    @TempDir
    Path folder;

    /** The one that is open. Only on the test's thread. */
    private LogFixture fixture;

    @BeforeEach
    void open() {
        fixture = new LogFixture(database.in(folder));
    }

    @AfterEach
    void close() {
        if (fixture != null) { // else the database is not there, and the test is skipped
            fixture.close();
        }
    }

    private SqlState state() {
        return fixture.log().state();
    }

    private static Change put(String key, String value) {
        return new Change(key, value, null);
    }

    private boolean write(Change... changes) {
        return Await.value(state().write(SPACE, List.of(changes)));
    }

    private List<String> keys(String from, String to, boolean backward, int limit) {
        return Await.value(state().list(SPACE, new Span(from, to, backward, limit))).stream()
                .map(Item::key)
                .toList();
    }

    @Test
    void k1_whatWasWrittenCanBeReadAndOutlivesARestart() {
        assertThat(Await.value(state().get(SPACE, "a"))).isEmpty();
        assertThat(write(put("a", "{\"x\":\"é😀\"}"))).isTrue();
        write(put("b", "1"));
        write(put("b", "2"));
        write(put("c", "3"));
        write(new Change("c", null, null));
        fixture.close();
        open();
        assertThat(Await.value(state().get(SPACE, "a"))).contains("{\"x\":\"é😀\"}");
        assertThat(Await.value(state().get(SPACE, "b"))).contains("2");
        assertThat(Await.value(state().get(SPACE, "c"))).isEmpty();
    }

    @Test
    void k2_aListIsInTheOrderOfCodePointsAndHasAtMostTheLimit() {
        for (String key : List.of("\uff5e", "\ud83d\ude00", "Z", "a", "\u00e9", "b/2", "b/10", "b", "b0", "b/1")) {
            write(put(key, key));
        }
        assertThat(keys("", "\udbff\udfff", false, 100))
                .containsExactly("Z", "a", "b", "b/1", "b/10", "b/2", "b0", "\u00e9", "\uff5e", "\ud83d\ude00");
        assertThat(keys("b/", "b/\udbff\udfff", false, 2)).containsExactly("b/1", "b/10");
        assertThat(keys("b/10\u0001", "b/\udbff\udfff", false, 2)).containsExactly("b/2");
        assertThat(keys("a", "b0", true, 2)).containsExactly("b/2", "b/10");
        assertThat(keys("b0", "a", false, 2)).isEmpty();
    }

    @Test
    void k3_k4_allChangesHappenOrNone() {
        assertThat(write(put("a", "1"), new Change("b", "2", false))).isTrue();
        assertThat(write(new Change("a", null, null), new Change("b", "3", false)))
                .isFalse();
        assertThat(write(new Change("a", null, true), new Change("x", null, true)))
                .isFalse();
        assertThat(Await.value(state().list(SPACE, new Span("", "z", false, 10))))
                .containsExactly(new Item("a", "1"), new Item("b", "2"));
        assertThat(write(new Change("a", null, true), put("c", "3"))).isTrue();
        assertThat(keys("", "z", false, 10)).containsExactly("b", "c");
    }

    /** Many writes share a transaction, and see what was written before them in it. */
    @Test
    void k4_ofManyThatAddOneKeyOneSucceeds() {
        List<CompletionStage<Boolean>> asked = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            asked.add(state().write(SPACE, List.of(new Change("key" + i % 3, "by " + i, false))));
        }
        List<Boolean> outcomes = asked.stream().map(Await::value).toList();
        assertThat(outcomes.stream().filter(outcome -> outcome)).hasSize(3);
        assertThat(Await.value(state().get(SPACE, "key1"))).contains("by 1");
    }

    @Test
    void k5_spacesAreApart() {
        write(put("a", "1"));
        assertThat(Await.value(state().get("other", "a"))).isEmpty();
        assertThat(Await.value(state().list("other", new Span("", "z", false, 10))))
                .isEmpty();
    }

    @Test
    void k7_whatNoDatabaseKeepsIsRefusedBeforeTheDatabaseIsAsked() {
        assertThatIllegalArgumentException().isThrownBy(() -> put("a\u0000", "1"));
        assertThatIllegalArgumentException().isThrownBy(() -> put("a", "1\u0000"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Span("\u0000", "z", false, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Span("a", "\u0000", false, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> state().get(SPACE, "\u0000"));
        assertThatIllegalArgumentException().isThrownBy(() -> state().get("\u0000", "a"));
        assertThatIllegalArgumentException().isThrownBy(() -> state().list("\u0000", new Span("", "z", false, 1)));
        assertThatIllegalArgumentException().isThrownBy(() -> state().write("\u0000", List.of(put("a", "1"))));
        assertThat(write(put("a", "1"))).isTrue();
    }

    @Test
    void k6_afterTheEndOfTheLogEverythingIsBusy() {
        SqlState state = state();
        fixture.log().close();
        assertThat(Await.failure(state.get(SPACE, "a")).code()).isEqualTo(ErrorCode.BUSY);
        assertThat(Await.failure(state.list(SPACE, new Span("", "z", false, 1))).code())
                .isEqualTo(ErrorCode.BUSY);
        assertThat(Await.failure(state.write(SPACE, List.of(put("a", "1")))).code())
                .isEqualTo(ErrorCode.BUSY);
    }

    /** They wait for each other's transaction, and neither gets in the way of the other. */
    @Test
    void publicationsAndStateAreWrittenSideBySide() {
        ChannelName room = ChannelName.room("room");
        List<CompletionStage<?>> asked = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            asked.add(fixture.log().publish(LogFixture.draft(room, "id" + i)));
            asked.add(state().write(SPACE, List.of(put("key" + i, "" + i))));
        }
        asked.forEach(Await::value);
        assertThat(fixture.all(room)).hasSize(200);
        assertThat(Await.value(state().list(SPACE, new Span("", "z", false, 1_000))))
                .hasSize(200);
    }
}
