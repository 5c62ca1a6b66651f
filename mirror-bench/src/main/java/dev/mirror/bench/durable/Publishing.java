package dev.mirror.bench.durable;

import dev.mirror.bench.wire.Frames;
import dev.mirror.bench.wire.InvalidRunException;
import dev.mirror.bench.wire.Peer;
import dev.mirror.bench.wire.Samples;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Publishers, each with a room of its own, in which answers come in the order of the requests. Either each has so many
 * requests on their way and asks again when one is answered, or they ask at fixed times whatever is answered: then a
 * duration counts from the time at which it was to be asked (so that a stall counts for all that it held up).
 */
final class Publishing {
    private static final String PADDING = "abcdefghijklmnopqrstuvwxyz".repeat(3);
    private static final int DIGITS = 10;

    private final String name;
    private final List<Publisher> publishers = new ArrayList<>();
    private final Samples samples = new Samples();
    private long answered;
    private long asked;
    private boolean stopped;
    /** Between two requests, all publishers together; 0 if one answer leads to the next request. */
    private long intervalNanos;

    private long nextAt;
    private int padding = 1;

    /** @param name no other load of the same server has it */
    Publishing(String name, List<Peer> peers) {
        this.name = name;
        for (int i = 0; i < peers.size(); i++) {
            publishers.add(new Publisher(peers.get(i), name + '-' + i));
        }
    }

    private final class Publisher {
        private final Peer peer;
        private final String room;
        /** When what is not answered was asked, or was to be. */
        private final Deque<Long> times = new ArrayDeque<>();

        /** When each of its publications was to be asked for; the first at 0. */
        private long[] dues = new long[256];

        private long first = 1;
        private long next = 1;

        Publisher(Peer peer, String room) {
            this.peer = peer;
            this.room = room;
            peer.listen(this::heard);
        }

        void ask(long time) {
            times.add(time);
            asked++;
            if (next > dues.length) {
                dues = Arrays.copyOf(dues, 2 * dues.length);
            }
            dues[(int) next - 1] = time;
            peer.send(Frames.text("{\"code\":\"channel.publish\",\"id\":\"" + room + '.' + next++ + "\",\"channel\":\""
                    + room + "\",\"data\":{\"value\":\"" + numbered(asked) + PADDING.repeat(padding) + "\"}}"));
        }

        private void heard(byte[] buffer, int offset, int length) {
            String text = new String(buffer, offset, length, StandardCharsets.UTF_8);
            if (!text.contains("\"code\":\"reply.ok\"")
                    || !text.contains("\"re\":\"" + room + '.' + first + '"')
                    || text.contains("\"duplicate\":true")) {
                throw new InvalidRunException("not the answer to " + room + '.' + first + ": " + text);
            }
            first++;
            answered++;
            samples.add(System.nanoTime() - times.remove());
            if (intervalNanos == 0 && !stopped) {
                ask(System.nanoTime());
            }
        }
    }

    static String numbered(long number) {
        String digits = Long.toString(number);
        return "0".repeat(DIGITS - digits.length()) + digits + ' ';
    }

    /** The bodies are so many times as long: 80 characters each. */
    Publishing padded(int times) {
        padding = times;
        return this;
    }

    String room(int publisher) {
        return publishers.get(publisher).room;
    }

    /** Each publisher asks so many times at once, and again at each answer. */
    void keepOnTheirWay(int window) {
        for (Publisher publisher : publishers) {
            for (int i = 0; i < window; i++) {
                publisher.ask(System.nanoTime());
            }
        }
    }

    /** From now on {@link #askWhatIsDue} asks so often, one publisher after the other. */
    void perSecond(int rate) {
        intervalNanos = 1_000_000_000L / rate;
        nextAt = System.nanoTime() + intervalNanos;
    }

    /** Asks everything whose time has come. */
    void askWhatIsDue() {
        long now = System.nanoTime();
        while (!stopped && nextAt - now <= 0) {
            publishers.get((int) (asked % publishers.size())).ask(nextAt);
            nextAt += intervalNanos;
        }
    }

    /** When the publication at an offset of a publisher's room was to be asked for. */
    long due(int publisher, long offset) {
        return publishers.get(publisher).dues[(int) offset - 1];
    }

    /** The offset of the last publication of a publisher's room that was answered. */
    long last(int publisher) {
        return publishers.get(publisher).first - 1;
    }

    void stop() {
        stopped = true;
    }

    boolean isQuiet() {
        return answered == asked;
    }

    long answered() {
        return answered;
    }

    /** How long answers took. */
    Samples samples() {
        return samples;
    }

    @Override
    public String toString() {
        return name;
    }
}
