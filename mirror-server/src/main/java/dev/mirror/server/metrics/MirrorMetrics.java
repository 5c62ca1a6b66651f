package dev.mirror.server.metrics;

import dev.mirror.hub.Mirror;
import dev.mirror.message.ErrorCode;
import dev.mirror.websocket.WebSocketTransport;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.function.ToDoubleFunction;

/** The numbers of one server. Safe for any thread. */
public final class MirrorMetrics implements AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final Timer logins = timer(
            registry,
            "mirror.login.seconds",
            "checking a name and a password that belong together, and beginning a log-in");

    /** With the numbers of the process; {@link #watch} adds those of a mirror. */
    public MirrorMetrics() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        collections.bindTo(registry);
    }

    /** Where further meters go. */
    public PrometheusMeterRegistry registry() {
        return registry;
    }

    /** Adds what a mirror and its transport count; both are asked at each scrape. */
    public void watch(Mirror mirror, WebSocketTransport transport) {
        watchNow(mirror);
        watchTraffic(mirror);
        gauge(
                "mirror.connections",
                "open WebSocket connections",
                transport,
                t -> t.stats().connections());
        gauge(
                "mirror.queue.bytes",
                "bytes that wait in outboxes",
                transport,
                t -> t.stats().queuedBytes());
        counter(
                "mirror.connections.accepted",
                "TCP connections accepted",
                transport,
                t -> t.stats().accepted());
        counter(
                "mirror.connections.refused",
                "upgrades refused",
                transport,
                t -> t.stats().refused());
        counter(
                "mirror.slow.consumers",
                "connections that read too slowly",
                transport,
                t -> t.stats().slowConsumers());
    }

    private void watchNow(Mirror mirror) {
        gauge(
                "mirror.sessions",
                "signed-in sessions",
                mirror,
                m -> m.stats().now().sessions());
        gauge(
                "mirror.users",
                "users with a session",
                mirror,
                m -> m.stats().now().users());
        gauge(
                "mirror.channels",
                "channels that somebody is subscribed to",
                mirror,
                m -> m.stats().now().channels());
        gauge(
                "mirror.publishes.pending",
                "publishes under way",
                mirror,
                m -> m.stats().now().publishing());
        gauge(
                "mirror.fanout.backlog",
                "publications that wait for fan-out",
                mirror,
                m -> m.stats().now().backlog());
    }

    private void watchTraffic(Mirror mirror) {
        counter("mirror.publishes", "publications taken", mirror, m -> m.stats().publishes());
        counter(
                "mirror.deliveries",
                "publications handed to sessions",
                mirror,
                m -> m.stats().deliveries());
        counter(
                "mirror.relays",
                "opened conversations told to connections",
                mirror,
                m -> m.stats().relays());
        for (ErrorCode code : ErrorCode.values()) {
            FunctionCounter.builder(
                            "mirror.refusals", mirror, m -> m.stats().refusals().getOrDefault(code, 0L))
                    .description("refused requests")
                    .tag("error", code.wire())
                    .register(registry);
        }
    }

    private <T> void gauge(String name, String description, T source, ToDoubleFunction<T> value) {
        Gauge.builder(name, source, value)
                .description(description)
                .strongReference(true)
                .register(registry);
    }

    private <T> void counter(String name, String description, T source, ToDoubleFunction<T> value) {
        FunctionCounter.builder(name, source, value).description(description).register(registry);
    }

    /** Counts how a log-in, or the like, came out, and times log-ins that were let in. */
    public void auth(String action, String outcome, Duration took) {
        registry.counter("mirror.auth", "action", action, "outcome", outcome).increment();
        if (action.equals("login") && outcome.equals("ok")) {
            logins.record(took);
        }
    }

    /** A timer with a histogram of what a server may take: 0.1 ms to 10 s. */
    static Timer timer(MeterRegistry registry, String name, String description) {
        return Timer.builder(name)
                .description(description)
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofNanos(100_000))
                .maximumExpectedValue(Duration.ofSeconds(10))
                .register(registry);
    }

    /** Everything in Prometheus' text format. */
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }
}
