package dev.mirror.bench.micro;

import dev.mirror.hub.Mirror;
import dev.mirror.hub.Session;
import dev.mirror.message.Protocol;
import dev.mirror.server.trace.TraceRing;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One publish to the connections of all subscribers. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FanoutBenchmark {
    /** How many subscribers. */
    @Param({"100", "1000"})
    public int subscribers = 100;

    /** What is traced: nothing, failures only (there are none), or one message in 100, as a server does. */
    @Param({"nothing", "failures", "sample"})
    public String traced = "nothing";

    private Bed bed = new Bed();
    private Session publisher = bed.open("publisher", Protocol.V2);
    private long number;

    /** Subscribes everybody. */
    @Setup
    public void subscribe() {
        bed.close();
        bed = new Bed(trace());
        publisher = bed.open("publisher", Protocol.V2);
        for (int i = 0; i < subscribers; i++) {
            Session session = bed.open("subscriber-" + i, Protocol.V2);
            bed.receive(session, "{\"code\":\"channel.subscribe\",\"channel\":\"lobby\"}");
        }
    }

    private Mirror.Trace trace() {
        return traced.equals("nothing")
                ? Mirror.Trace.NONE
                : TraceRing.of(
                        new TraceRing.Limits(1_000, 100, traced.equals("sample") ? 100 : 0), InstantSource.system());
    }

    /** Publishes to all and hears the answer. */
    @Benchmark
    public long publish() {
        long before = bed.frames();
        bed.receive(
                publisher,
                "{\"code\":\"channel.publish\",\"id\":\"" + ++number
                        + "\",\"channel\":\"lobby\",\"data\":{\"value\":\"abcdefghijklmnopqrstuvwxyz\"}}");
        if (bed.frames() != before + subscribers + 1) {
            throw new IllegalStateException("sent " + (bed.frames() - before) + " frames");
        }
        return bed.frames();
    }

    /** Ends the mirror. */
    @TearDown
    public void close() {
        bed.close();
    }
}
