package dev.mirror.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlFaultsTest {
    @ParameterizedTest
    @CsvSource({
        "53100, STORE_FULL", // disk_full
        "08006, STORE_UNAVAILABLE", // connection_failure
        "57P01, STORE_UNAVAILABLE", // admin_shutdown
        "57P03, STORE_UNAVAILABLE", // cannot_connect_now
        "57014, STORE_UNAVAILABLE", // query_canceled, as by statement_timeout
        "55P03, STORE_UNAVAILABLE", // lock_not_available
        "53300, STORE_UNAVAILABLE", // too_many_connections
        "40001, STORE_UNAVAILABLE", // serialization_failure
        "58030, STORE_UNAVAILABLE", // io_error
        "28P01, STORE_UNAVAILABLE", // invalid_password
        "42501, STORE_UNAVAILABLE", // insufficient_privilege
        "25006, STORE_UNAVAILABLE", // read_only_sql_transaction: the server is no primary any more
        "XX001, STORE_DAMAGED", // data_corrupted
        "XX002, STORE_DAMAGED", // index_corrupted
        "23505, INTERNAL", // unique_violation
        "42P01, INTERNAL", // undefined_table
        "22021, INTERNAL", // character_not_in_repertoire
    })
    void everyStateOfPostgresHasAMeaning(String state, ErrorCode code) {
        SQLException fault = new SQLException("what the server said", state);
        MirrorException translated = SqlFaults.translate(new IllegalStateException("values", fault), "it failed");
        assertThat(translated.code()).isEqualTo(code);
        assertThat(translated).hasMessageContaining("it failed").hasCause(fault);
    }

    @Test
    void aFaultWithoutAStateIsUnavailable() {
        MirrorException translated = SqlFaults.translate(new IllegalStateException(new SQLException("?")), "it failed");
        assertThat(translated.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
    }

    @Test
    void theDriversOwnFaultIsFoundUnderWhatALibraryMadeOfIt() {
        SQLException driver = new SQLException("refused", "08001", new ConnectException());
        SQLException pool = new SQLException("no connection in time", "08003", driver);
        assertThat(SqlFaults.translate(new IllegalStateException(pool), "it failed"))
                .hasCause(driver);
    }

    @Test
    void onlyAConnectionThatEndedAtOnceIsWorthAnotherTry() {
        SQLException ended = new SQLException("ended", "57P01");
        SQLException silent = new SQLException("no answer", "08006", new SocketTimeoutException());
        SQLException refused = new SQLException("no", "23505");
        assertThat(SqlFaults.isWorthAnotherTry(new IllegalStateException(ended)))
                .isTrue();
        assertThat(SqlFaults.isWorthAnotherTry(new IllegalStateException(silent)))
                .isFalse();
        assertThat(SqlFaults.isWorthAnotherTry(new IllegalStateException(refused)))
                .isFalse();
    }
}
