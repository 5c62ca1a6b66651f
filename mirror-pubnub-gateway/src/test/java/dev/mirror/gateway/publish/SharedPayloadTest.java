package dev.mirror.gateway.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mirror.gateway.wire.Refusal;
import dev.mirror.identity.Principal;
import dev.mirror.identity.UserId;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What WebSocket clients get of what PubNub clients say. */
class SharedPayloadTest {
    private static final Optional<Principal> ANN =
            Optional.of(Principal.permanent(new UserId("ann"), "ann-room", "Ann \"A\""));

    @ParameterizedTest
    @ValueSource(strings = {"1", "\"text\"", "[1,{\"value\":1}]", "null", " true "})
    void w37_whatIsNoObjectStaysAsItIs(String payload) {
        assertThat(SharedPayload.body(payload, Optional.empty())).isEqualTo(payload);
        assertThat(SharedPayload.body(payload, ANN)).isEqualTo(payload);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | {\"unverified\":true}",
                "{\"value\":\"hi\",\"username\":\"Ann\"} | {\"value\":\"hi\",\"username\":\"Ann\",\"unverified\":true}",
                "{\"unverified\":false,\"a\":1} | {\"unverified\":true,\"a\":1}",
                "{\"\\u0075nverified\":false} | {\"unverified\":true}",
                "{ \"a\" : [ 1 , {\"b\":2} ] , \"n\":1e400 , \"s\":\"x\\\"}\" } | {\"a\":[ 1 , {\"b\":2} ],\"n\":1e400,\"s\":\"x\\\"}\",\"unverified\":true}",
                "{\"a\":1,\"a\":2} | {\"a\":2,\"unverified\":true}",
            })
    void w57_whatNobodyIsProvedToSayIsMarked(String payload, String body) {
        assertThat(SharedPayload.body(payload, Optional.empty())).isEqualTo(body);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"text\":\"hi\"} | {\"text\":\"hi\"}",
                "{\"value\":\"hi\"} | {\"value\":\"hi\",\"userId\":\"ann\",\"username\":\"Ann \\\"A\\\"\",\"channel\":\"ann-room\"}",
                "{\"username\":\"Eve\",\"userId\":{\"x\":1},\"text\":1} | {\"username\":\"Ann \\\"A\\\"\",\"userId\":\"ann\",\"text\":1}",
                "{\"amend\":{\"delete\":true}} | {\"amend\":{\"delete\":true}}",
            })
    void w37_theSpeakerWhoIsProvedIsStated(String payload, String body) {
        assertThat(SharedPayload.body(payload, ANN)).isEqualTo(body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"amend\":{\"delete\":true}}", "{\"\\u0061mend\":1}", "{\"x\":1,\"amend\":null}"})
    void w50_nobodyWhoIsNotProvedChangesWhatWasSaid(String payload) {
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> SharedPayload.body(payload, Optional.empty()))
                .satisfies(refusal -> assertThat(refusal.status()).isEqualTo(403));
    }

    @Test
    void w50_whatHasAValueIsNoChange() {
        assertThat(SharedPayload.body("{\"amend\":1,\"value\":2}", Optional.empty()))
                .isEqualTo("{\"amend\":1,\"value\":2,\"unverified\":true}");
    }
}
