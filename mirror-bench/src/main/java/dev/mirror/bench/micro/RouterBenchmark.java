package dev.mirror.bench.micro;

import dev.mirror.hub.Session;
import dev.mirror.message.Protocol;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A direct message through the hub: received, decoded, routed, relayed to one connection. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RouterBenchmark {
    private final Bed bed = new Bed();
    private final Session sender = bed.open("user-100001", Protocol.V1);
    private final byte[] request = ("{\"code\":\"message.direct\",\"message\":\"\",\"websocketId\":\"" + sender.id()
                    + "\",\"userId\":\"user-100001\",\"channel\":\"user-100001.user-100002\"}")
            .getBytes(StandardCharsets.UTF_8);

    /** Brings the receiver. */
    public RouterBenchmark() {
        bed.open("user-100002", Protocol.V1);
    }

    /** Relays one request. */
    @Benchmark
    public long relay() {
        long before = bed.frames();
        long after = bed.receive(sender, request);
        if (after != before + 1) {
            throw new IllegalStateException("relayed " + (after - before) + " times");
        }
        return after;
    }

    /** Ends the mirror. */
    @TearDown
    public void close() {
        bed.close();
    }
}
