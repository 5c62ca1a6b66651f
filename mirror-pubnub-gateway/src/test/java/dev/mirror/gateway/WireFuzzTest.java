package dev.mirror.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.filter.Filter;
import dev.mirror.gateway.keyset.ChannelNames;
import dev.mirror.gateway.keyset.Keyset;
import dev.mirror.gateway.stream.Envelope;
import dev.mirror.gateway.wire.JsonText;
import dev.mirror.gateway.wire.Query;
import dev.mirror.gateway.wire.RawTarget;
import dev.mirror.gateway.wire.Refusal;
import dev.mirror.testkit.fuzz.FuzzTarget;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A text as each thing that PubNub's clients write down: a target, a query, a channel's name, a message, a filter. It is
 * refused with a status, or it comes back as it was; nothing else is thrown.
 */
class WireFuzzTest extends FuzzTarget {
    private static final Keyset KEYSET = Keyset.open("pub", "sub");
    private static final JsonNode META =
            TestCall.json("{\"uuid\":\"ann\",\"n\":7,\"tags\":[\"red\",3],\"o\":{\"a\":null}}");

    @Override
    protected void take(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        target(text);
        query(text);
        name(text);
        message(text);
        Filter.parse(text)
                .matches(new Told(META, JsonText.isValue(text) ? TestCall.json("[1]") : MissingNode.getInstance()));
        assertThat(TestCall.json(JsonText.quote(text)).textValue()).isEqualTo(text);
    }

    private record Told(JsonNode meta, JsonNode data) implements Filter.Subject {}

    private static void target(String text) {
        Optional<RawTarget> target = RawTarget.parse(text);
        if (target.isEmpty()) {
            return;
        }
        assertThat(text).contains(target.get().path()).contains(target.get().query());
        assertThat(target.get().path())
                .startsWith("/")
                .doesNotContain("?")
                .startsWith('/' + target.get().first());
        try {
            assertThat(target.get().segments()).hasSize((int)
                    target.get().path().chars().filter(c -> c == '/').count());
        } catch (Refusal refused) {
            assertThat(refused.status()).isEqualTo(400);
        }
        query(target.get().query());
    }

    private static void query(String text) {
        try {
            Query query = Query.parse(text);
            query.all().forEach((name, value) -> {
                assertThat(query.get(name).orElse("")).isEqualTo(value);
                assertThat(query.list(name)).doesNotHaveDuplicates().doesNotContain("");
                assertThat(query.number(name).orElse(0)).isNotNegative();
                assertThat(query.flag(name)).isEqualTo(value.equals("1") || value.equals("true"));
            });
        } catch (Refusal refused) {
            assertThat(refused.status()).isEqualTo(400);
        }
    }

    private static void name(String text) {
        if (ChannelNames.isName(text)) {
            ChannelName own = ChannelNames.own(KEYSET, text);
            assertThat(ChannelNames.shown(own)).isEqualTo(text);
            assertThat(own.space()).isEqualTo(KEYSET.space());
            assertThat(ChannelNames.isGroup(text)).isTrue();
            assertThat(ChannelNames.withoutPresence(text)).isNotEmpty();
        }
        if (ChannelNames.isWildcard(text)) {
            assertThat(ChannelNames.isName(text)).as("a name and a wildcard").isFalse();
            assertThat(ChannelNames.canonical(ChannelNames.wildcard(KEYSET, text)))
                    .endsWith(text);
        }
    }

    /** What is taken for a message can be kept and read again, with what stands beside it. */
    private static void message(String text) {
        Envelope.decode(text).ifPresent(envelope -> assertThat(again(envelope)).isEqualTo(envelope));
        if (JsonText.isValue(text)) {
            for (@Nullable String publisher : new @Nullable String[] {null, "ann", text}) {
                Envelope envelope = new Envelope(publisher, Envelope.ACTION, text, text, null, 7);
                Envelope again = again(envelope);
                assertThat(again.payload()).isEqualTo(text.strip());
                assertThat(again.meta()).isEqualTo(text.strip());
                assertThat(again.publisher()).isEqualTo(publisher);
            }
        }
    }

    private static Envelope again(Envelope envelope) {
        String json = envelope.encode();
        return Envelope.decode(json)
                .orElseThrow(() -> new AssertionError("was taken and cannot be read again: " + json));
    }
}
