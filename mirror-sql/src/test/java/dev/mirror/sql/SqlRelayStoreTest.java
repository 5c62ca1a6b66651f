package dev.mirror.sql;

import static dev.mirror.sql.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mirror.identity.UserId;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.spi.RelayStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqlRelayStoreTest {
    @TempDir
    Path folder;

    private StoreFixture fixture;
    private RelayStore relays;
    private UserId anna;
    private UserId ben;

    @BeforeEach
    void open() {
        fixture = new StoreFixture(folder);
        relays = fixture.store().relays();
        anna = fixture.user("anna");
        ben = fixture.user("ben");
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void r1_whatWasKeptIsTakenOnce() {
        await(relays.keep(anna, "ben.anna"));
        assertThat(await(relays.take(anna))).containsExactly("ben.anna");
        assertThat(await(relays.take(anna))).isEmpty();
    }

    @Test
    void r1_ofManyTakesAtOnceOneGetsEachRequest() {
        IntStream.range(0, 20).forEach(i -> await(relays.keep(anna, "u" + i + ".anna")));
        List<CompletionStage<List<String>>> takes = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            takes.add(relays.take(anna));
        }
        List<String> taken = new ArrayList<>();
        takes.forEach(take -> taken.addAll(await(take)));
        assertThat(taken).hasSize(20).doesNotHaveDuplicates();
    }

    @Test
    void r2_requestsComeInTheOrderInWhichTheyWereKept() {
        List<String> kept = IntStream.range(0, 50)
                .mapToObj(i -> "u" + (97 * i % 50) + ".anna")
                .toList();
        kept.forEach(channel -> await(relays.keep(anna, channel)));
        assertThat(await(relays.take(anna))).isEqualTo(kept);
    }

    @Test
    void r3_theSameSpellingWaitsOnce() {
        await(relays.keep(anna, "ben.anna"));
        await(relays.keep(anna, "ben.anna"));
        assertThat(await(relays.take(anna))).containsExactly("ben.anna");
    }

    @Test
    void r4_oneMoreThanTheLimitFailsWithTooMany() {
        List<CompletionStage<Void>> keeps = new ArrayList<>();
        for (int i = 0; i < RelayStore.MAX_PER_USER; i++) {
            keeps.add(relays.keep(anna, "u" + i + ".anna"));
        }
        keeps.forEach(StoreFixture::await);
        assertCode(relays.keep(anna, "one-more.anna"), ErrorCode.TOO_MANY);
        await(relays.keep(anna, "u7.anna"));
        assertThat(await(relays.take(anna))).hasSize(RelayStore.MAX_PER_USER);
    }

    @Test
    void r5_whatWaitsForOneIsNotReturnedForAnother() {
        await(relays.keep(anna, "ben.anna"));
        assertThat(await(relays.take(ben))).isEmpty();
        assertThat(await(relays.take(anna))).containsExactly("ben.anna");
    }

    @Test
    void aReceiverWithoutAccountIsNotFound() {
        assertCode(relays.keep(new UserId("nobody"), "ben.nobody"), ErrorCode.NOT_FOUND);
        assertThat(await(relays.take(new UserId("nobody")))).isEmpty();
    }

    @Test
    void whatWaitsOutlivesTheProcess() {
        await(relays.keep(anna, "ben.anna"));
        fixture.close();
        fixture = new StoreFixture(folder);
        assertThat(await(fixture.store().relays().take(anna))).containsExactly("ben.anna");
    }

    @Test
    void afterCloseEverythingIsBusy() {
        fixture.close();
        assertCode(relays.keep(anna, "ben.anna"), ErrorCode.BUSY);
        assertCode(relays.take(anna), ErrorCode.BUSY);
    }

    private static void assertCode(CompletionStage<?> stage, ErrorCode code) {
        assertThatThrownBy(() -> await(stage))
                .isInstanceOfSatisfying(
                        MirrorException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
