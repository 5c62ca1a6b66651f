package dev.mirror.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AmendmentEpochTest {
    private static String changed(String body) {
        return AmendmentEpoch.changed(body, "old", "new");
    }

    @Test
    void onlyTheEpochOfTheAmendmentChanges() {
        assertThat(changed("{\"amend\":{\"epoch\":\"old\",\"offset\":3,\"delete\":true}}"))
                .isEqualTo("{\"amend\":{\"epoch\":\"new\",\"offset\":3,\"delete\":true}}");
        assertThat(changed("{ \"userName\" : \"é 😀\", \"amend\" : { \"offset\":3, \"edit\":{\"epoch\":\"old\"},"
                        + " \"epoch\" : \"old\" } , \"n\":1.50 }"))
                .isEqualTo("{ \"userName\" : \"é 😀\", \"amend\" : { \"offset\":3, \"edit\":{\"epoch\":\"old\"},"
                        + " \"epoch\" : \"new\" } , \"n\":1.50 }");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"amend\":{\"epoch\":\"another\",\"offset\":3,\"delete\":true}}",
                "{\"value\":{\"amend\":{\"epoch\":\"old\"}}}",
                "{\"epoch\":\"old\",\"amend\":3}",
                "{\"amend\":{\"epoch\":[\"old\"]}}",
                "[\"amend\",\"old\"]",
                "{\"amend\":{\"epoch\":\"old\"",
                "\"amend\" old",
                ""
            })
    void everythingElseStaysAsItIs(String body) {
        assertThat(changed(body)).isEqualTo(body);
    }
}
