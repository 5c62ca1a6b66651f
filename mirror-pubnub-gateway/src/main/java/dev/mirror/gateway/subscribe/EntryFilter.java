package dev.mirror.gateway.subscribe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.mirror.gateway.filter.Filter;
import dev.mirror.gateway.keyset.ChannelNames;
import dev.mirror.gateway.stream.Entry;
import dev.mirror.gateway.stream.Envelope;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Applies filter expressions to what is said. Only messages are filtered: signals, presence and actions get through
 * whatever the expression says.
 */
public final class EntryFilter {
    private static final ObjectMapper JSON = new ObjectMapper();

    private EntryFilter() {}

    /** What an expression lets through; one that cannot be understood lets no message through. */
    public static Predicate<Entry> compile(String expression) {
        Filter filter = Filter.parse(expression);
        return entry -> !isMessage(entry) || filter.matches(new Told(entry.envelope()));
    }

    private static boolean isMessage(Entry entry) {
        return entry.envelope().kind() == Envelope.MESSAGE && !ChannelNames.isPresence(entry.channel());
    }

    /** Parsed when an expression looks at it. */
    private record Told(Envelope envelope) implements Filter.Subject {
        @Override
        public JsonNode meta() {
            return tree(envelope.meta());
        }

        @Override
        public JsonNode data() {
            return tree(envelope.payload());
        }

        private static JsonNode tree(@Nullable String json) {
            if (json == null) {
                return MissingNode.getInstance();
            }
            try {
                return JSON.readTree(json);
            } catch (JsonProcessingException e) {
                return MissingNode.getInstance(); // deeper than the parser goes
            }
        }
    }
}
