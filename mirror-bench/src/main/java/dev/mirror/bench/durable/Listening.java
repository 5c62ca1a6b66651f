package dev.mirror.bench.durable;

import dev.mirror.bench.wire.Frames;
import dev.mirror.bench.wire.InvalidRunException;
import dev.mirror.bench.wire.Peer;
import dev.mirror.bench.wire.Samples;
import java.nio.charset.StandardCharsets;

/**
 * A subscription that has to be handed every offset of its room once and in order. From where it ends depends on what it
 * asked for: what is new, or everything after a place.
 */
final class Listening {
    private static final byte[] OFFSET = "\"offset\":".getBytes(StandardCharsets.US_ASCII);

    private final Peer peer;
    private final Hearer hearer;
    private boolean subscribed;
    private long offset;
    private long end;
    private String epoch = "";

    /** Hears of each delivery. */
    @FunctionalInterface
    interface Hearer {
        void heard(long offset);
    }

    Listening(Peer peer, String room, Hearer hearer) {
        this(peer, room, "", 0, hearer);
    }

    /** Resumes, if there is an epoch. */
    Listening(Peer peer, String room, String epoch, long after, Hearer hearer) {
        this.peer = peer;
        this.hearer = hearer;
        this.epoch = epoch;
        this.offset = after;
        peer.listen(this::heard);
        String place = epoch.isEmpty() ? "" : ",\"epoch\":\"" + epoch + "\",\"offset\":" + after;
        peer.send(Frames.text(
                "{\"code\":\"channel.subscribe\",\"id\":\"subscribe\",\"channel\":\"" + room + "\"" + place + "}"));
    }

    private void heard(byte[] buffer, int from, int length) {
        if (!subscribed) {
            answered(new String(buffer, from, length, StandardCharsets.UTF_8));
            return;
        }
        long got = number(buffer, from, length);
        if (got != offset + 1) {
            throw new InvalidRunException(peer.user() + " got " + got + " after " + offset + ": "
                    + new String(buffer, from, length, StandardCharsets.UTF_8));
        }
        offset = got;
        hearer.heard(got);
    }

    private void answered(String text) {
        if (!text.contains("\"code\":\"reply.ok\"") || !text.contains("\"recovered\":true")) {
            throw new InvalidRunException("not subscribed: " + text);
        }
        String begin = "\"epoch\":\"";
        int at = text.indexOf(begin) + begin.length();
        String answer = text.substring(at, text.indexOf('"', at));
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        end = number(bytes, 0, bytes.length);
        if (epoch.isEmpty()) {
            offset = end;
        } else if (!epoch.equals(answer)) {
            throw new InvalidRunException("another epoch: " + text);
        }
        epoch = answer;
        subscribed = true;
    }

    /** The first offset that stands in a frame: it stands before the data. */
    private static long number(byte[] buffer, int from, int length) {
        int last = from + length - OFFSET.length;
        for (int i = from; i < last; i++) {
            int same = 0;
            while (same < OFFSET.length && buffer[i + same] == OFFSET[same]) {
                same++;
            }
            if (same == OFFSET.length) {
                long number = 0;
                for (int j = i + same; j < from + length && buffer[j] >= '0' && buffer[j] <= '9'; j++) {
                    number = number * 10 + buffer[j] - '0';
                }
                return number;
            }
        }
        throw new InvalidRunException("no offset in " + new String(buffer, from, length, StandardCharsets.UTF_8));
    }

    boolean isSubscribed() {
        return subscribed;
    }

    /** Whether it has everything that was there when it subscribed. */
    boolean hasCaughtUp() {
        return subscribed && offset >= end;
    }

    Peer peer() {
        return peer;
    }

    String epoch() {
        return epoch;
    }

    long offset() {
        return offset;
    }

    /** Milliseconds for people. */
    static String latencies(Samples samples) {
        double[] shares = samples.percentileMillis(0.5, 0.99, 0.999, 1);
        return String.format(
                java.util.Locale.ROOT,
                "p50 %.1f, p99 %.1f, p99.9 %.1f, max %.1f ms",
                shares[0],
                shares[1],
                shares[2],
                shares[3]);
    }
}
