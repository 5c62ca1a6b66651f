package dev.mirror.gateway.stream;

import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.TappedBroker;
import dev.mirror.gateway.keyset.ChannelNames;
import dev.mirror.gateway.keyset.Keyset;
import dev.mirror.identity.UserId;
import dev.mirror.memory.MemoryBroker;
import dev.mirror.message.Publication;
import dev.mirror.spi.Draft;
import dev.mirror.testkit.time.Await;
import dev.mirror.testkit.time.SeededRandom;
import dev.mirror.testkit.time.VirtualTime;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** A stream in virtual time, with a broker in memory that tells it of what is published. */
final class StreamFixture {
    static final Keyset KEYS = Keyset.open("pub", "keys");
    static final UserId SPEAKER = new UserId("speaker");

    final VirtualTime time = new VirtualTime();
    final TappedBroker broker;
    final Stream stream;
    private int published;

    /** What is shown no more. */
    final Set<Long> withdrawn = new HashSet<>();

    StreamFixture() {
        this(StreamOptions.STANDARD);
    }

    StreamFixture(StreamOptions options) {
        SeededRandom random = SeededRandom.of(1);
        MemoryBroker.Limits limits = new MemoryBroker.Limits(10_000, 64 << 20, 32 << 10);
        broker = new TappedBroker(new MemoryBroker(time, random, limits));
        Executor pool = time.lane();
        stream = again(options, pool);
    }

    /** Another stream over the same logs, as after a restart. */
    Stream again(StreamOptions options, Executor pool) {
        Stream made = new Stream(
                new Stream.Surroundings(time, time, pool),
                new CatchUp.Logs(
                        broker,
                        broker::names,
                        (log, from, to) -> CompletableFuture.completedFuture(withdrawn::contains)),
                channel -> channel.kind() == ChannelKind.EXTERNAL
                        && channel.space().equals(KEYS.space()),
                options);
        broker.tell(made);
        // What a real log tells of is later than the time at which it began to tell.
        time.advance(Duration.ofMillis(1));
        return made;
    }

    static StreamOptions keeping(int entries) {
        StreamOptions standard = StreamOptions.STANDARD;
        return new StreamOptions(
                entries, standard.bytes(), standard.hold(), standard.batch(), standard.batchBytes(), standard.polls());
    }

    static ChannelName channel(String name) {
        return ChannelNames.own(KEYS, name);
    }

    static Interest on(String name) {
        return ChannelNames.isWildcard(name)
                ? Interest.wildcard(KEYS, name)
                : Interest.channel(channel(name), name, name);
    }

    /** Publishes numbers, so that a test can name them. */
    long say(String name, int... numbers) {
        long last = 0;
        for (int number : numbers) {
            Publication.Entry entry = new Publication.Entry(
                    SPEAKER,
                    "id-" + published++,
                    Envelope.message("u", Integer.toString(number)).encode());
            last = Await.value(broker.publish(new Draft(channel(name), List.of(), entry)))
                    .timetoken();
        }
        return last;
    }

    void pass(String name, int number) {
        stream.pass(channel(name), Envelope.message("u", Integer.toString(number)), false);
    }

    Poll poll(Cursor after, String... names) {
        return poll(stream, after, names);
    }

    Poll poll(Stream asked, Cursor after, String... names) {
        List<Interest> interests = Arrays.stream(names).map(StreamFixture::on).toList();
        return asked.poll(new Stream.Question(interests, after, entry -> true));
    }

    /** What a poll yields that has to be answered by now. */
    Batch now(Poll poll) {
        time.runAll();
        if (!poll.answer().toCompletableFuture().isDone()) {
            throw new AssertionError("the poll waits");
        }
        return Await.value(poll.answer());
    }

    Batch now(Cursor after, String... names) {
        return now(poll(after, names));
    }

    boolean waits(Poll poll) {
        time.runAll();
        return !poll.answer().toCompletableFuture().isDone();
    }

    static List<String> payloads(Batch batch) {
        return batch.deliveries().stream()
                .map(delivery -> delivery.entry().envelope().payload())
                .toList();
    }

    static List<String> matches(Batch batch) {
        return batch.deliveries().stream()
                .map(delivery -> delivery.interest().match())
                .toList();
    }

    void advance(Duration duration) {
        time.advance(duration);
    }
}
