package dev.mirror.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mirror.testkit.time.SeededRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many readers of many channels, while entries are forgotten, commits are told together, missed or not told, answers are
 * lost and the stream begins anew: whatever the order of things, each reader gets what is in its logs once, in order.
 */
class StreamSimulationTest {
    private static final int STEPS = 2_000;
    private static final List<String> CHANNELS = List.of("a", "b", "c", "w.1", "w.2.x", "v.1");

    /** Somebody who polls with one cursor. */
    private static final class Reader {
        final String[] names;
        final Predicate<String> wants;
        final List<String> heard = new ArrayList<>();
        final List<String> expected = new ArrayList<>();
        Cursor cursor;

        @Nullable
        Poll poll;

        Reader(Cursor cursor, Predicate<String> wants, String... names) {
            this.cursor = cursor;
            this.wants = wants;
            this.names = names;
        }
    }

    private StreamFixture fixture;
    private SeededRandom random;
    private Stream stream;
    private List<Reader> readers;
    private int said;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void i2_everyReaderGetsItsLogsOnceAndInOrder(long seed) {
        random = SeededRandom.of(seed);
        StreamOptions options = StreamFixture.keeping(5 + random.nextInt(40));
        fixture = new StreamFixture(options);
        stream = fixture.stream;
        Cursor start = stream.now();
        readers = List.of(
                new Reader(start, name -> name.equals("a"), "a"),
                new Reader(start, name -> name.equals("a") || name.equals("c"), "a", "c"),
                new Reader(start, name -> name.startsWith("w."), "w.*"),
                new Reader(start, name -> name.startsWith("w.2.") || name.equals("b"), "w.2.*", "b"),
                new Reader(start, name -> true, "a", "b", "c", "w.*", "v.1"));
        for (int i = 0; i < STEPS; i++) {
            step(options);
        }
        fixture.broker.commit();
        fixture.broker.silent(false);
        for (Reader reader : readers) {
            while (ask(reader, false)) {
                assertThat(reader.heard).hasSizeLessThanOrEqualTo(reader.expected.size());
            }
            assertThat(reader.heard).containsExactlyElementsOf(reader.expected);
        }
    }

    private void step(StreamOptions options) {
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3 -> say();
            case 4 -> stream.pass(StreamFixture.channel("a"), Envelope.message("u", "\"passing\""), false);
            case 5 -> fixture.broker.hold();
            case 6 -> fixture.broker.commit();
            case 7 -> fixture.advance(Duration.ofMillis(random.nextInt(20_000)));
            case 8 -> rarely(options);
            default -> ask(readers.get(random.nextInt(readers.size())), random.nextInt(4) == 0);
        }
    }

    private void say() {
        String name = CHANNELS.get(random.nextInt(CHANNELS.size()));
        int number = said++;
        fixture.say(name, number);
        readers.stream()
                .filter(reader -> reader.wants.test(name))
                .forEach(reader -> reader.expected.add(Integer.toString(number)));
    }

    private void rarely(StreamOptions options) {
        switch (random.nextInt(10)) {
            case 0 -> {
                // Polls of before end with the process that they were in.
                readers.forEach(reader -> reader.poll = null);
                fixture.broker.silent(false);
                stream = fixture.again(options, fixture.time.lane());
            }
            case 1 -> {
                fixture.broker.commit();
                fixture.broker.silent(true);
            }
            case 2, 3 -> fixture.broker.silent(false);
            default -> fixture.time.runAll();
        }
    }

    /** Looks whether the open poll was answered, or opens one; an answer may be lost on its way. */
    @CanIgnoreReturnValue
    private boolean ask(Reader reader, boolean lost) {
        Poll poll = reader.poll == null ? fixture.poll(stream, reader.cursor, reader.names) : reader.poll;
        reader.poll = poll;
        if (fixture.waits(poll)) {
            if (lost) {
                poll.giveUp();
                reader.poll = null;
            }
            return false;
        }
        Batch batch = fixture.now(poll);
        reader.poll = null;
        if (!lost) {
            assertThat(reader.cursor.isAfter(batch.cursor())).isFalse();
            reader.cursor = batch.cursor();
            StreamFixture.payloads(batch).stream()
                    .filter(payload -> !payload.equals("\"passing\""))
                    .forEach(reader.heard::add);
        }
        return true;
    }
}
