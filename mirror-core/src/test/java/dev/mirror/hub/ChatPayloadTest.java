package dev.mirror.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.identity.Principal;
import dev.mirror.identity.UserId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatPayloadTest {
    private final Principal ann = Principal.permanent(new UserId("ann"), "ann-room", "Ann \"A\" 😀");

    private String stamped(String data) {
        return ChatPayload.stamped(data, ann);
    }

    @Test
    void w37_aValueGetsAllThatIsKnownOfThePublisher() {
        assertThat(stamped("{\"value\":\"hi\"}"))
                .isEqualTo(
                        "{\"value\":\"hi\",\"userId\":\"ann\",\"username\":\"Ann \\\"A\\\" 😀\",\"channel\":\"ann-room\"}");
    }

    @Test
    void o44_w37_whatThePublisherSaysAboutItselfIsOverwrittenInPlace() {
        assertThat(stamped("{\"channel\":\"x\",\"userId\":\"bob\",\"value\":1,\"username\":\"Bob\"}"))
                .isEqualTo(
                        "{\"channel\":\"ann-room\",\"userId\":\"ann\",\"value\":1,\"username\":\"Ann \\\"A\\\" 😀\"}");
    }

    @Test
    void w37_withoutAValueOnlyWhatIsPresentIsSet() {
        assertThat(stamped("{\"userId\":\"bob\"}")).isEqualTo("{\"userId\":\"ann\"}");
        assertThat(stamped("{\"a\":1}")).isEqualTo("{\"a\":1}");
        assertThat(stamped("{}")).isEqualTo("{}");
        assertThat(stamped("{\"value\":null}")).contains("\"userId\":\"ann\"");
    }

    @Test
    void w37_anIdentityOfAnyTypeIsOverwritten() {
        assertThat(stamped("{\"userId\":{\"x\":[1,{\"value\":2}]},\"username\":[\"Bob\"],\"channel\":null,\"z\":1}"))
                .isEqualTo("{\"userId\":\"ann\",\"username\":\"Ann \\\"A\\\" 😀\",\"channel\":\"ann-room\",\"z\":1}");
    }

    @Test
    void w37_whatLiesDeeperIsThePublishersOwn() {
        assertThat(stamped("{\"quote\":{\"value\":\"x\",\"userId\":\"bob\"}}"))
                .isEqualTo("{\"quote\":{\"value\":\"x\",\"userId\":\"bob\"}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"text\"", "1", "null", "true", "[{\"value\":1,\"userId\":\"bob\"}]", "\"{\""})
    void w37_whatIsNoObjectStaysAsItIs(String data) {
        assertThat(stamped(data)).isEqualTo(data);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1|1", "-0|-0", "1.50|1.50", "1e5|1e5", "1E400|1E400", "12345678901234567890123456789012|=",
                        "0.1000000000000000055|=",
                "[1.50,1e5,{\"n\":1E400},1e99999999999]|=", "\"\\u0000\\n\\\"\"|\"\\u0000\\n\\\"\"", "[]|=", "{}|=",
                        "[[],{}]|=", "null|=", "false|="
            })
    void w37_whatIsSaidIsNotChanged(String value, String expected) {
        String same = expected.equals("=") ? value : expected;
        assertThat(stamped("{\"n\":" + value + "}")).isEqualTo("{\"n\":" + same + "}");
    }
}
