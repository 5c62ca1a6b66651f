package dev.mirror.bench.load;

import dev.mirror.bench.wire.Generator;
import dev.mirror.bench.wire.InvalidRunException;
import dev.mirror.bench.wire.Peer;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** All scenarios against one fresh server process. Owned by one thread. */
final class Round {
    static final String DIRECT = "direct, window 1";
    static final String PIPELINED = "direct, pipelined";
    static final String FANOUT = "fan-out ";
    static final String CONNECTS = "connects";
    static final String HEAP_V1 = "idle memory, version 1";
    static final String HEAP_V2 = "idle memory, version 2";
    static final String WITHOUT_IDLE = "direct, without idle";
    static final String WITH_IDLE = "direct, with idle";

    static final String IN_FLIGHT = ", 4 in flight";

    private static final int PIPELINE = 16;
    private static final int FLIGHTS = 4;
    private static final int MESSAGES_PER_MILLI = 25;
    private static final Duration QUIET = Duration.ofMillis(200);
    private static final Duration WARM_SLICE = Duration.ofMillis(1_500);
    private static final Duration STALLED = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Plan plan;
    private final Target target;
    private final ServerProcess server;
    private final Generator generator;
    private final BiConsumer<String, Map<Metric, Double>> progress;
    private final Map<String, Map<Metric, Double>> results = new LinkedHashMap<>();
    private int users;
    private int stalls;

    /** @param progress hears of each scenario when it was measured */
    Round(
            Plan plan,
            Target target,
            ServerProcess server,
            Generator generator,
            BiConsumer<String, Map<Metric, Double>> progress) {
        this.progress = progress;
        this.plan = plan;
        this.target = target;
        this.server = server;
        this.generator = generator;
    }

    /** Runs the parts; yields what was measured, by scenario. */
    Map<String, Map<Metric, Double>> run(Set<Part> parts) throws IOException {
        List<Peer> peers = connect(2 * plan.pairs(), "");
        warmUp(new DirectLoad(peers, 1));
        if (parts.contains(Part.FANOUT) && !plan.fanouts().isEmpty()) {
            fanout(plan.fanouts().get(0), 1, "warm-up", this::warmUp);
        }
        if (parts.contains(Part.DIRECT)) {
            measured(DIRECT, measure(new DirectLoad(peers, 1)));
        }
        if (parts.contains(Part.PIPELINED)) {
            measured(PIPELINED, measure(new DirectLoad(peers.subList(0, Math.max(2, plan.pairs() / 2)), PIPELINE)));
        }
        if (parts.contains(Part.FANOUT)) {
            for (int size : plan.fanouts()) {
                fanout(size, 1, "fanout-" + size, load -> measured(FANOUT + size, measure(load)));
                fanout(size, FLIGHTS, "busy-" + size, load -> measured(FANOUT + size + IN_FLIGHT, measure(load)));
            }
        }
        if (parts.contains(Part.IDLE)) {
            idle(() -> new DirectLoad(peers, 1));
        }
        return results;
    }

    private void measured(String scenario, Map<Metric, Double> values) {
        results.put(scenario, values);
        progress.accept(scenario, values);
    }

    /** What is done with a load. */
    @FunctionalInterface
    private interface Use {
        void of(Load load) throws IOException;
    }

    private void warmUp(Load load) throws IOException {
        load.begin();
        warm(load, plan.warmUp());
        finish(load);
    }

    private void fanout(int size, int window, String channel, Use use) throws IOException {
        long before = server.connections();
        List<Peer> peers = connect(size + 1, target.subprotocol());
        use.of(new FanoutLoad(generator, peers.get(0), peers.subList(1, size + 1), channel, window));
        disconnect(peers, before);
    }

    private void idle(Supplier<Load> direct) throws IOException {
        long before = server.connections();
        int count = plan.idle();
        disconnect(connect(Math.min(4_000, count), ""), before);
        if (target == Target.MIRROR) {
            disconnect(connect(Math.min(1_000, count), target.subprotocol()), before);
        }
        Map<Metric, Double> first = measure(direct.get());
        long heap = server.heapBytes();
        List<Peer> crowd = crowd(count);
        measured(HEAP_V1, Map.of(Metric.HEAP_BYTES, (server.heapBytes() - heap) / (double) count));
        measured(WITH_IDLE, measure(direct.get()));
        disconnect(crowd, before);
        measured(WITHOUT_IDLE, mean(first, measure(direct.get())));
        if (target == Target.MIRROR) {
            heap = server.heapBytes();
            crowd = connect(count, target.subprotocol());
            measured(HEAP_V2, Map.of(Metric.HEAP_BYTES, (server.heapBytes() - heap) / (double) count));
            disconnect(crowd, before);
        }
    }

    private List<Peer> crowd(int count) throws IOException {
        long cpu = server.cpuNanos();
        long began = System.nanoTime();
        List<Peer> crowd = connect(count, "");
        double seconds = (System.nanoTime() - began) / 1e9;
        Map<Metric, Double> values = new EnumMap<>(Metric.class);
        values.put(Metric.CPU_MICROS, (server.cpuNanos() - cpu) / 1e3 / count);
        values.put(Metric.PER_SECOND, count / seconds);
        measured(CONNECTS, values);
        return crowd;
    }

    /** Lets a load settle, measures it, and sees to it that nothing was lost and nothing comes twice. */
    private Map<Metric, Double> measure(Load load) throws IOException {
        load.begin();
        warm(load, plan.settle());
        load.samples().clear();
        long delivered = load.delivered();
        long ownCpu = TargetMain.cpuNanos();
        long compiler = server.compilerNanos();
        long cpu = server.cpuNanos();
        long began = System.nanoTime();
        stalls = 0;
        runEnough(load, plan.measure());
        double nanos = System.nanoTime() - began;
        double cpuNanos = server.cpuNanos() - cpu;
        double compilerNanos = Math.max(0, server.compilerNanos() - compiler);
        double ownNanos = TargetMain.cpuNanos() - ownCpu;
        long messages = load.delivered() - delivered;
        finish(load);
        double[] percentiles = load.samples().percentileMillis(0.5, 0.99);
        Map<Metric, Double> values = new EnumMap<>(Metric.class);
        values.put(Metric.CPU_MICROS, cpuNanos / 1e3 / messages);
        values.put(Metric.PER_SECOND, messages / nanos * 1e9);
        values.put(Metric.P50_MILLIS, percentiles[0]);
        values.put(Metric.P99_MILLIS, percentiles[1]);
        values.put(Metric.COMPILER_SHARE, compilerNanos / Math.max(1, cpuNanos));
        values.put(Metric.STALLS, (double) stalls);
        values.put(Metric.CLIENT_SHARE, ownNanos / nanos);
        return values;
    }

    /** Runs for the time at least, and then until the server's compiler has little to do. */
    private void warm(Load load, Duration time) throws IOException {
        runEnough(load, time);
        long end = System.nanoTime() + 2 * plan.warmUp().toNanos();
        long before = server.compilerNanos();
        long spent = Long.MAX_VALUE;
        while (spent > WARM_SLICE.toNanos() / 50 && System.nanoTime() < end) {
            run(
                    load,
                    Duration.ofNanos(
                            Math.min(WARM_SLICE.toNanos(), plan.warmUp().toNanos())));
            long now = server.compilerNanos();
            spent = now - before;
            before = now;
        }
    }

    /** Runs for the time; on a busy machine up to four times as long, until there was work enough. */
    private void runEnough(Load load, Duration time) throws IOException {
        long enough = load.delivered() + time.toMillis() * MESSAGES_PER_MILLI;
        long end = System.nanoTime() + 4 * time.toNanos();
        run(load, time);
        while (load.delivered() < enough && System.nanoTime() < end) {
            run(load, QUIET);
        }
    }

    /**
     * Runs the load. Java-WebSocket's server can forget a frame that it has queued, until it writes to the same
     * connection again: its selector thread takes back the interest in writing that a worker has just shown. Its clients
     * would wait for ever, so after a while they make it write, and that is counted. Mirror gets no such help.
     */
    private void run(Load load, Duration time) throws IOException {
        long end = System.nanoTime() + time.toNanos();
        long left = time.toNanos();
        while (left > 0) {
            generator.runFor(Duration.ofNanos(Math.min(left, QUIET.toNanos())));
            if (target == Target.PLAIN) {
                stalls += load.nudge(System.nanoTime() - STALLED.toNanos());
            }
            left = end - System.nanoTime();
        }
    }

    private void finish(Load load) throws IOException {
        load.stop();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!load.isQuiet()) {
            if (System.nanoTime() > end) {
                throw new InvalidRunException("something was lost");
            }
            run(load, Duration.ofMillis(20));
        }
        // What comes now came twice, and whoever hears it says so.
        generator.runFor(QUIET);
        if (!load.isQuiet() || load.delivered() == 0) {
            throw new InvalidRunException("nothing was delivered, or something after the end");
        }
    }

    private List<Peer> connect(int count, String subprotocol) throws IOException {
        int first = users;
        users += count;
        return generator.connect(count, i -> TargetServer.login("user-" + (100_000 + first + i), subprotocol));
    }

    private void disconnect(List<Peer> peers, long left) throws IOException {
        peers.forEach(Peer::abort);
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (server.connections() > left) {
            if (System.nanoTime() > end) {
                throw new InvalidRunException("the server does not notice that connections ended");
            }
            generator.runFor(Duration.ofMillis(20));
        }
    }

    private static Map<Metric, Double> mean(Map<Metric, Double> one, Map<Metric, Double> other) {
        Map<Metric, Double> mean = new EnumMap<>(one);
        other.forEach((metric, value) -> mean.merge(metric, value, (a, b) -> (a + b) / 2));
        return mean;
    }
}
