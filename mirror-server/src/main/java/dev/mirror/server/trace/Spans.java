package dev.mirror.server.trace;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The steps of messages as spans of OpenTelemetry: one for the publish, from its acceptance to its outcome, and below
 * it one without length for each further step. Without an agent they are made by nobody and cost nothing to speak of.
 */
final class Spans implements StepListener {
    private final Tracer tracer;

    Spans(Tracer tracer) {
        this.tracer = tracer;
    }

    /** Tells the agent of this process; nobody if there is none. */
    static StepListener ofAgent() {
        return new Spans(GlobalOpenTelemetry.getOrNoop().getTracer("dev.mirror"));
    }

    @Override
    public Follower begin(MessageTrace.Key key) {
        return new MessageSpans(key);
    }

    /** The spans of one message. Safe for any thread. */
    private final class MessageSpans implements Follower {
        private final MessageTrace.Key key;
        /** The first one, below which the others are. */
        private final AtomicReference<@Nullable Span> root = new AtomicReference<>();

        MessageSpans(MessageTrace.Key key) {
            this.key = key;
        }

        @Override
        public void step(TraceStep step) {
            Span first = root.get();
            if (first == null) {
                begin(step);
                return;
            }
            if (step.isOutcome()) {
                // To end what has ended is allowed, and does nothing.
                describe(first, step);
                first.end(step.at());
            }
            Context parent = Context.root().with(first);
            Span span = builder("mirror " + step.what(), step.at())
                    .setParent(parent)
                    .startSpan();
            describe(span, step);
            span.end(step.at());
        }

        private void begin(TraceStep step) {
            boolean accepted = step.what().equals(TraceStep.ACCEPTED);
            Span span = builder(accepted ? "mirror publish" : "mirror " + step.what(), step.at())
                    .setNoParent()
                    .setSpanKind(accepted ? SpanKind.PRODUCER : SpanKind.INTERNAL)
                    .startSpan();
            describe(span, step);
            if (!accepted || !root.compareAndSet(null, span)) {
                root.compareAndSet(null, span);
                span.end(step.at());
            }
        }

        private SpanBuilder builder(String name, Instant at) {
            return tracer.spanBuilder(name)
                    .setStartTimestamp(at)
                    .setAttribute("messaging.system", "mirror")
                    .setAttribute("messaging.message.id", key.id())
                    .setAttribute("mirror.publisher", key.publisher().value());
        }

        @Override
        public void end() {
            Span first = root.get();
            if (first != null) {
                first.end();
            }
        }
    }

    private static void describe(Span span, TraceStep step) {
        if (step.session() != null) {
            span.setAttribute("mirror.session", step.session().value());
        }
        if (step.user() != null) {
            span.setAttribute("mirror.user", step.user().value());
        }
        if (step.place() != null) {
            span.setAttribute(
                    "messaging.destination.name", step.place().channel().canonical());
            span.setAttribute("mirror.epoch", step.place().position().epoch());
            span.setAttribute("mirror.offset", step.place().position().offset());
        }
        if (step.isFailure()) {
            span.setStatus(StatusCode.ERROR, step.detail());
        } else if (!step.detail().isEmpty()) {
            span.setAttribute("mirror.detail", step.detail());
        }
    }
}
