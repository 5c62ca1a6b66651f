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
 * One publisher and many subscribers of a channel, so many publications on their way at a time. Every publication has a
 * number; each subscriber has to get each number once, in order, and all the same bytes.
 */
final class FanoutLoad implements Load {
    private static final String PADDING = "abcdefghijklmnopqrstuvwxyz".repeat(3);
    private static final int DIGITS = 10;

    private final Generator generator;
    private final Peer publisher;
    private final List<Peer> subscribers;
    private final String channel;
    private final Samples samples = new Samples();

    /** What is on its way, each at its number modulo their count. */
    private final Flight[] flights;

    private int subscribed;
    /** Of the last publication. */
    private long number;

    private long answered;
    private long arrived;
    private long delivered;
    private boolean stopped;

    FanoutLoad(Generator generator, Peer publisher, List<Peer> subscribers, String channel, int window) {
        this.generator = generator;
        this.publisher = publisher;
        this.subscribers = subscribers;
        this.channel = channel;
        flights = new Flight[window];
        Arrays.setAll(flights, i -> new Flight());
    }

    /** A publication that not everybody has. */
    private static final class Flight {
        private long publishedAt;
        private int missing;
        /** What the first subscriber got of it; the others have to get the same. */
        private byte[] event = {};
    }

    /** Counts what one subscriber got. */
    private final class Subscriber implements Peer.Ears {
        private long got;

        @Override
        public void heard(byte[] buffer, int offset, int length) {
            got++;
            Flight flight = flight(got);
            if (got > number || flight.missing == 0) {
                throw new InvalidRunException("a subscriber got more than the " + number + " publications");
            }
            if (flight.event.length == 0) {
                flight.event = Arrays.copyOfRange(buffer, offset, offset + length);
                check(new String(flight.event, StandardCharsets.UTF_8), "\"value\":\"" + numbered(got));
            } else if (!Arrays.equals(buffer, offset, offset + length, flight.event, 0, flight.event.length)) {
                throw new InvalidRunException("two subscribers were told different things");
            }
            delivered++;
            flight.missing--;
            if (flight.missing == 0) {
                samples.add(System.nanoTime() - flight.publishedAt);
                arrived++;
                next();
            }
        }
    }

    private Flight flight(long publication) {
        return flights[(int) (publication % flights.length)];
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
        next();
    }

    private void answered(byte[] buffer, int offset, int length) {
        check(new String(buffer, offset, length, StandardCharsets.UTF_8), "\"re\":\"" + id(answered + 1) + '"');
        answered++;
        next();
    }

    /** Each subscriber gets them in order, so the oldest one on its way is the first that everybody has. */
    private void next() {
        while (!stopped && number - Math.min(answered, arrived) < flights.length) {
            publish();
        }
    }

    private void publish() {
        number++;
        Flight flight = flight(number);
        flight.missing = subscribers.size();
        flight.event = new byte[0];
        flight.publishedAt = System.nanoTime();
        publisher.send(Frames.text("{\"code\":\"channel.publish\",\"id\":\"" + id(number) + "\",\"channel\":\""
                + channel + "\",\"data\":{\"value\":\"" + numbered(number) + PADDING + "\"}}"));
    }

    private String id(long publication) {
        return channel + '-' + publication;
    }

    private static String numbered(long publication) {
        String digits = Long.toString(publication);
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
        Flight oldest = flight(Math.min(answered, arrived) + 1);
        if (isQuiet() || oldest.publishedAt - sentBefore >= 0) {
            return 0;
        }
        subscribers.forEach(Peer::ping);
        publisher.ping();
        return oldest.missing + (answered < arrived + 1 ? 1 : 0);
    }

    @Override
    public boolean isQuiet() {
        return answered == number && arrived == number;
    }
}
