package dev.mirror.bench.load;

import dev.mirror.bench.wire.Frames;
import dev.mirror.bench.wire.Generator;
import dev.mirror.bench.wire.InvalidRunException;
import dev.mirror.bench.wire.Peer;
import dev.mirror.bench.wire.Samples;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * One publisher and many subscribers of a channel, one publication on its way at a time. Every publication has a number;
 * each subscriber has to get each number once, in order, and all the same bytes.
 */
final class FanoutLoad implements Load {
    private static final String PADDING = "abcdefghijklmnopqrstuvwxyz".repeat(3);
    private static final int DIGITS = 10;

    private final Generator generator;
    private final Peer publisher;
    private final List<Peer> subscribers;
    private final String channel;
    private final Samples samples = new Samples();

    private int subscribed;
    private long number;
    private long publishedAt;
    /** What the first subscriber got of this publication; the others have to get the same. */
    private byte[] event = {};

    private int missing;
    private boolean answered = true;
    private long delivered;
    private boolean stopped;

    FanoutLoad(Generator generator, Peer publisher, List<Peer> subscribers, String channel) {
        this.generator = generator;
        this.publisher = publisher;
        this.subscribers = subscribers;
        this.channel = channel;
    }

    /** Counts what one subscriber got. */
    private final class Subscriber implements Peer.Ears {
        private long got;

        @Override
        public void heard(byte[] buffer, int offset, int length) {
            got++;
            if (got != number) {
                throw new InvalidRunException("publication " + number + " was the subscriber's " + got + "th");
            }
            if (event.length == 0) {
                event = Arrays.copyOfRange(buffer, offset, offset + length);
                check(new String(event, StandardCharsets.UTF_8), "\"value\":\"" + numbered());
            } else if (!Arrays.equals(buffer, offset, offset + length, event, 0, event.length)) {
                throw new InvalidRunException("two subscribers were told different things");
            }
            delivered++;
            missing--;
            if (missing == 0) {
                samples.add(System.nanoTime() - publishedAt);
                next();
            }
        }
    }

    @Override
    public void begin() throws IOException {
        byte[] subscribe =
                Frames.text("{\"code\":\"channel.subscribe\",\"id\":\"subscribe\",\"channel\":\"" + channel + "\"}");
        for (Peer peer : subscribers) {
            peer.listen((buffer, offset, length) -> {
                check(new String(buffer, offset, length, StandardCharsets.UTF_8), "\"re\":\"subscribe\"");
                peer.listen(new Subscriber());
                subscribed++;
            });
            peer.send(subscribe);
        }
        generator.runUntil(() -> subscribed == subscribers.size(), Duration.ofSeconds(60), "subscribed");
        publisher.listen(this::answered);
        publish();
    }

    private void answered(byte[] buffer, int offset, int length) {
        check(new String(buffer, offset, length, StandardCharsets.UTF_8), "\"re\":\"" + id() + '"');
        if (answered) {
            throw new InvalidRunException("a publish was answered twice");
        }
        answered = true;
        next();
    }

    private void next() {
        if (answered && missing == 0 && !stopped) {
            publish();
        }
    }

    private void publish() {
        number++;
        missing = subscribers.size();
        answered = false;
        event = new byte[0];
        publishedAt = System.nanoTime();
        publisher.send(Frames.text("{\"code\":\"channel.publish\",\"id\":\"" + id() + "\",\"channel\":\"" + channel
                + "\",\"data\":{\"value\":\"" + numbered() + PADDING + "\"}}"));
    }

    private String id() {
        return channel + '-' + number;
    }

    private String numbered() {
        String digits = Long.toString(number);
        return "0".repeat(DIGITS - digits.length()) + digits + ' ';
    }

    private static void check(String text, String part) {
        if (!text.contains("\"code\":\"reply.ok\"") && !text.contains("\"code\":\"channel.")) {
            throw new InvalidRunException("neither an answer nor an event: " + text);
        }
        if (!text.contains(part)) {
            throw new InvalidRunException("no " + part + " in " + text);
        }
    }

    @Override
    public long delivered() {
        return delivered;
    }

    @Override
    public Samples samples() {
        return samples;
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public int nudge(long sentBefore) {
        if (isQuiet() || publishedAt - sentBefore >= 0) {
            return 0;
        }
        subscribers.forEach(Peer::ping);
        publisher.ping();
        return missing + (answered ? 0 : 1);
    }

    @Override
    public boolean isQuiet() {
        return answered && missing == 0;
    }
}
