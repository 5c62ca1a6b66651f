package dev.mirror.bench.micro;

import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.memory.MemoryBroker;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import dev.mirror.spi.Draft;
import java.time.InstantSource;
import java.util.List;
import java.util.SplittableRandom;
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

/** A publish into the memory broker: to a room, and in a conversation with a copy for both inboxes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class BrokerBenchmark {
    private final MemoryBroker broker = new MemoryBroker(InstantSource.system(), new SplittableRandom(1));
    private final UserId ann = new UserId("ann");
    private final UserId ben = new UserId("ben");
    private final ChannelName room = ChannelName.room("lobby");
    private final ChannelName direct = ChannelName.direct(ann, ben);
    private final List<ChannelName> inboxes = List.of(ChannelName.inbox(ann), ChannelName.inbox(ben));
    private long number;
    private long heard;

    /** Listens to the room. */
    public BrokerBenchmark() {
        broker.subscribe(room, null, publication -> heard++)
                .toCompletableFuture()
                .join();
    }

    /** To one listener. */
    @Benchmark
    public Broker.Receipt publishToRoom() {
        Broker.Receipt receipt = publish(new Draft(room, List.of(), entry()));
        if (heard != number) {
            throw new IllegalStateException("heard " + heard + " of " + number);
        }
        return receipt;
    }

    /** To three logs in one step. */
    @Benchmark
    public Broker.Receipt publishDirect() {
        return publish(new Draft(direct, inboxes, entry()));
    }

    private Publication.Entry entry() {
        return new Publication.Entry(ann, Long.toString(++number), "{\"value\":\"abcdefghijklmnopqrstuvwxyz\"}");
    }

    private Broker.Receipt publish(Draft draft) {
        return broker.publish(draft).toCompletableFuture().join();
    }

    /** Ends the broker. */
    @TearDown
    public void close() {
        broker.close();
    }
}
