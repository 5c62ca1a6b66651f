package dev.mirror.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.testkit.time.Await;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What becomes of the store when the disk fails under a transaction that is not the log's. */
class StoreFaultTest {
    private static final ChannelName ROOM = ChannelName.room("room");

    @TempDir
    Path folder;

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        threads.shutdown();
    }

    @Test
    void i10_aDiskThatFailedToSyncUnderAnAccountStopsEveryWrite() {
        FaultyEngine engine = new FaultyEngine(SqliteEngine.open(folder));
        Surroundings surroundings = new Surroundings(InstantSource.system(), new SecureRandom(), threads);
        List<MirrorException> unsafe = new CopyOnWriteArrayList<>();
        try (SqlStore store = new SqlStore(folder, surroundings, engine);
                SqlLog log = store.log(LogOptions.STANDARD, (delay, task) -> () -> {}, unsafe::add)) {
            Await.value(log.publish(LogFixture.draft(ROOM, "m-1")));
            assertThat(Await.value(write(store))).isEqualTo(1);
            engine.failCommit(
                    FaultyEngine.Moment.BEFORE, new SQLiteException("fsync", SQLiteErrorCode.SQLITE_IOERR_FSYNC));
            assertThat(Await.failure(write(store)).code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
            assertThat(unsafe).hasSize(1);
            assertThat(Await.failure(log.publish(LogFixture.draft(ROOM, "m-2"))).code())
                    .isEqualTo(ErrorCode.STORE_UNAVAILABLE);
            assertThat(Await.failure(write(store)).code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
            assertThat(log.isAvailable()).isFalse();
        }
    }

    private static CompletionStage<Integer> write(SqlStore store) {
        return store.write(handle -> handle.execute("UPDATE log_state SET value = value WHERE name = 'epoch'"));
    }
}
