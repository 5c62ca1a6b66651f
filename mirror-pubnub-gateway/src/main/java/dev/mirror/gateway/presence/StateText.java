package dev.mirror.gateway.presence;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mirror.gateway.wire.JsonText;
import dev.mirror.gateway.wire.Query;
import java.util.Optional;

/** Reads the states in requests. */
final class StateText {
    private static final String NAME = "state";
    private static final ObjectMapper JSON = JsonMapper.builder(JsonText.JSON.copy())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private StateText() {}

    /** An object; empty if the text is none. */
    static Optional<JsonNode> object(String text) {
        try {
            return Optional.of(JSON.readTree(text)).filter(JsonNode::isObject);
        } catch (JsonProcessingException malformed) {
            return Optional.empty();
        }
    }

    /** The states of a poll or a heartbeat, by channel or group; empty if it has none, or what it has is no such thing. */
    static Optional<JsonNode> perChannel(Query query) {
        return query.get(NAME).flatMap(StateText::object).filter(named -> !named.isEmpty());
    }
}
