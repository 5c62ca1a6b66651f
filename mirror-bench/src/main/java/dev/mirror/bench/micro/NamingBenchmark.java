package dev.mirror.bench.micro;

import dev.mirror.channel.ChannelName;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Names of channels. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class NamingBenchmark {
    /** One of each kind, and one that is refused. */
    @Param({"lobby", "user-100001.user-100002", "@user-100001", "space:any name", "no..name"})
    public String name = "lobby";

    /** Reads a name. */
    @Benchmark
    public Optional<ChannelName> parse() {
        return ChannelName.parse(name);
    }
}
