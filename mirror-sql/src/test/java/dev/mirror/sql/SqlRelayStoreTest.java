package dev.mirror.sql;

import static dev.mirror.sql.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.identity.UserId;
import dev.mirror.message.ErrorCode;
import dev.mirror.spi.RelayStore;
import dev.mirror.testkit.contract.RelayStoreContract;
import dev.mirror.testkit.time.Await;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestDatabase.class)
class SqlRelayStoreTest extends RelayStoreContract {
    private static final UserId BOB = new UserId("bob");

    @Parameter
    TestDatabase database;

    @TempDir
    Path folder;

    /** The one that is open. Only on the test's thread. */
    private StoreFixture fixture;

    @Override
    protected RelayStore open() {
        fixture = new StoreFixture(database.in(folder));
        fixture.user("ann");
        fixture.user("bob");
        return fixture.store().relays();
    }

    @Override
    protected Optional<RelayStore> reopen() {
        fixture.close();
        fixture = new StoreFixture(database.in(folder));
        return Optional.of(fixture.store().relays());
    }

    @AfterEach
    void close() {
        if (fixture != null) { // else the database is not there, and the test is skipped
            fixture.close();
        }
    }

    @Test
    void aReceiverWithoutAccountIsNotFound() {
        RelayStore relays = open();
        UserId nobody = new UserId("nobody");
        assertThat(Await.failure(relays.keep(nobody, "ann.nobody")).code()).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(await(relays.take(nobody))).isEmpty();
    }

    @Test
    void afterCloseEverythingIsBusy() {
        RelayStore relays = open();
        fixture.close();
        assertThat(Await.failure(relays.keep(BOB, "ann.bob")).code()).isEqualTo(ErrorCode.BUSY);
        assertThat(Await.failure(relays.take(BOB)).code()).isEqualTo(ErrorCode.BUSY);
    }
}
