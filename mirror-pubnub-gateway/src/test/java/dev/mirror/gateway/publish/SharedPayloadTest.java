package dev.mirror.gateway.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.wire.Refusal;
import dev.mirror.identity.Principal;
import dev.mirror.identity.UserId;
import dev.mirror.message.JsonCodec;
import dev.mirror.message.Position;
import dev.mirror.message.Protocol;
import dev.mirror.message.Publication;
import dev.mirror.message.ServerMessage;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
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

    private static Stream<String> unreadable() {
        return Stream.of(
                "{\"value\":{\"a\":1,\"a\":2}}",
                "[{\"a\":1,\"\\u0061\":2}]",
                "[".repeat(41) + "]".repeat(41),
                "{\"a\":" + "[".repeat(31) + "]".repeat(31) + '}',
                "1".repeat(33),
                "{\"a\":0." + "1".repeat(32) + '}',
                "\"\\ud800\"",
                "{\"\\udc00\":1}",
                "{\"" + "n".repeat(257) + "\":1}");
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void w37_whatNoClientCouldReadIsRefused(String payload) {
        for (Optional<Principal> speaker : List.of(ANN, Optional.<Principal>empty())) {
            assertThatExceptionOfType(Refusal.class)
                    .isThrownBy(() -> SharedPayload.body(payload, speaker))
                    .withMessage("Invalid JSON")
                    .satisfies(refusal -> assertThat(refusal.status()).isEqualTo(400));
        }
    }

    private static Stream<String> readable() {
        return Stream.of(
                "[".repeat(31) + "]".repeat(31),
                "1".repeat(32),
                "\"\\ud83d\\ude00\"",
                "{\"" + "n".repeat(256) + "\":null}");
    }

    @ParameterizedTest
    @MethodSource("readable")
    void w37_whatIsTakenClientsRead(String payload) {
        String body = SharedPayload.body(payload, ANN);
        ChannelName lobby = ChannelName.parse("lobby").orElseThrow();
        Publication.Entry entry = new Publication.Entry(new UserId("ann"), "id", body);
        Publication publication =
                new Publication(lobby, new Position("epoch", 1), 17_000_000_000_000_000L, entry, null);
        byte[] bytes = JsonCodec.of(Protocol.V2)
                .encode(new ServerMessage.Event(lobby, publication))
                .bytes();
        assertThat(JsonCodec.of(Protocol.V2).decodeServer(bytes, 0, bytes.length))
                .isInstanceOf(ServerMessage.Event.class);
    }
}
