package dev.mirror.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.gateway.state.StateStore;
import dev.mirror.gateway.state.StateStore.Change;
import dev.mirror.gateway.state.StateStore.Item;
import dev.mirror.gateway.state.StateStore.Span;
import dev.mirror.spi.Scheduler;
import dev.mirror.sql.LogOptions;
import dev.mirror.sql.SqlLog;
import dev.mirror.sql.SqlStore;
import dev.mirror.sql.Surroundings;
import dev.mirror.testkit.time.Await;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gateway's rules K1 to K5, as far as they go through here; the rest is SqlState's own. */
class LogStateStoreTest {
    private static final String SPACE = "groups:sub";

    @TempDir
    Path folder;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private SqlStore sql; // only the test's thread
    private SqlLog log; // only the test's thread
    private StateStore store; // only the test's thread

    @BeforeEach
    void open() {
        Scheduler never = (delay, task) -> () -> {};
        sql = SqlStore.open(folder, new Surroundings(InstantSource.system(), new SecureRandom(), threads));
        log = sql.log(LogOptions.STANDARD, never, fault -> {});
        store = new LogStateStore(log.state());
    }

    @AfterEach
    void close() {
        closeStore();
        threads.shutdown();
    }

    private void closeStore() {
        log.close();
        sql.close();
    }

    private boolean write(Change... changes) {
        return Await.value(store.write(SPACE, List.of(changes)));
    }

    @Test
    void k1_whatWasWrittenOutlivesTheServer() {
        assertThat(write(Change.put("a", "1"), Change.put("b", "2"))).isTrue();
        closeStore();
        open();
        assertThat(Await.value(store.get(SPACE, "a"))).contains("1");
        assertThat(Await.value(store.get("groups:other", "a"))).isEmpty();
    }

    @Test
    void k2_aSpanIsListedInOrderFromEitherEnd() {
        for (String key : List.of("g/b", "g/a", "g/c", "h")) {
            write(Change.put(key, key.toUpperCase(Locale.ROOT)));
        }
        assertThat(Await.value(store.list(SPACE, Span.under("g/", 2))))
                .containsExactly(new Item("g/a", "G/A"), new Item("g/b", "G/B"));
        assertThat(Await.value(store.list(
                        SPACE, new Span(Span.next("g/a"), Span.under("g/", 9).to(), false, 9))))
                .hasSize(2);
        assertThat(Await.value(store.list(SPACE, new Span("g/", "g/c", true, 9))))
                .containsExactly(new Item("g/b", "G/B"), new Item("g/a", "G/A"));
    }

    @Test
    void k4_everyGuardIsLookedAt() {
        assertThat(write(Change.take("a"))).isFalse();
        assertThat(write(Change.add("a", "1"))).isTrue();
        assertThat(write(Change.add("a", "2"), Change.put("b", "2"))).isFalse();
        assertThat(Await.value(store.get(SPACE, "b"))).isEmpty();
        assertThat(write(Change.take("a"), Change.put("b", "3"))).isTrue();
        assertThat(Await.value(store.get(SPACE, "a"))).isEmpty();
        assertThat(Await.value(store.get(SPACE, "b"))).contains("3");
        assertThat(write(Change.remove("nothing"))).isTrue();
    }
}
