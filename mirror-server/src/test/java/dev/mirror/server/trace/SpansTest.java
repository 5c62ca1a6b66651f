package dev.mirror.server.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.mirror.channel.ChannelName;
import dev.mirror.hub.Mirror.Trace.Peer;
import dev.mirror.hub.Mirror.Trace.Step;
import dev.mirror.identity.SessionId;
import dev.mirror.identity.UserId;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.server.trace.TraceRing.Limits;
import dev.mirror.spi.Broker.Receipt;
import dev.mirror.spi.Draft;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The steps as spans, with the SDK that an agent would bring. */
final class SpansTest {
    private static final Peer ANN = new Peer(new SessionId("s-ann"), new UserId("ann"));
    private static final Peer BOB = new Peer(new SessionId("s-bob"), new UserId("bob"));
    private static final ChannelName LOBBY = ChannelName.room("lobby");
    private static final Publication.Entry ENTRY = new Publication.Entry(new UserId("ann"), "m", "\"canary\"");

    private final List<SpanData> ended = new CopyOnWriteArrayList<>();
    private final SdkTracerProvider provider = SdkTracerProvider.builder()
            .addSpanProcessor(SimpleSpanProcessor.create(new SpanExporter() {
                @Override
                public CompletableResultCode export(Collection<SpanData> spans) {
                    ended.addAll(spans);
                    return CompletableResultCode.ofSuccess();
                }

                @Override
                public CompletableResultCode flush() {
                    return CompletableResultCode.ofSuccess();
                }

                @Override
                public CompletableResultCode shutdown() {
                    return CompletableResultCode.ofSuccess();
                }
            }))
            .build();
    private Instant now = Instant.parse("2030-01-01T00:00:00Z");
    private final TraceRing ring =
            new TraceRing(new Limits(2, 20, 1), () -> now = now.plusMillis(1), new Spans(provider.get("test")));

    @AfterEach
    void close() {
        provider.close();
    }

    private SpanData span(String name) {
        return ended.stream()
                .filter(each -> each.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in " + ended));
    }

    @Test
    void aPublishIsASpanAndItsFurtherStepsAreBelowIt() {
        ring.published(Step.ACCEPTED, ANN, "m", LOBBY);
        ring.stored(new Draft(LOBBY, List.of(), ENTRY), new Receipt(new Position("e", 7), 1, false), null);
        ring.delivered(Step.WRITTEN, BOB, new Publication(LOBBY, new Position("e", 7), 1, ENTRY, null));
        SpanData publish = span("mirror publish");
        assertThat(publish.getEndEpochNanos() - publish.getStartEpochNanos()).isEqualTo(1_000_000);
        assertThat(publish.getAttributes().get(AttributeKey.longKey("mirror.offset")))
                .isEqualTo(7);
        SpanData written = span("mirror written");
        assertThat(written.getTraceId()).isEqualTo(publish.getTraceId());
        assertThat(written.getParentSpanId()).isEqualTo(publish.getSpanId());
        assertThat(written.getAttributes().get(AttributeKey.stringKey("mirror.user")))
                .isEqualTo("bob");
        assertThat(written.getAttributes().get(AttributeKey.stringKey("messaging.message.id")))
                .isEqualTo("m");
        assertThat(ended.toString()).doesNotContain("canary");
    }

    @Test
    void aRefusalIsAnError() {
        ring.published(Step.ACCEPTED, ANN, "m", LOBBY);
        ring.refused(ANN, "m", ErrorCode.STORE_FULL, "no room");
        assertThat(span("mirror publish").getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(span("mirror refused").getStatus().getDescription()).contains("store.full");
    }

    @Test
    void whatIsForgottenHasNoOpenSpan() {
        for (int i = 0; i < 5; i++) {
            ring.published(Step.ACCEPTED, ANN, "m" + i, LOBBY);
        }
        assertThat(ended).hasSize(3).allMatch(SpanData::hasEnded);
    }

    @Test
    void withoutAnAgentNothingHappens() {
        StepListener.Follower nobody = Spans.ofAgent().begin(new MessageTrace.Key(new UserId("ann"), "m"));
        assertThatCode(() -> nobody.step(new TraceStep(now, "accepted", null, null, null, "")))
                .doesNotThrowAnyException();
        assertThat(ended).isEmpty();
    }
}
