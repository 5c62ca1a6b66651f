package dev.mirror.bench.durable;

import dev.mirror.bench.node.ServerChild;
import dev.mirror.bench.wire.InvalidRunException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many messages a second are published durably, each answered before its publisher asks again, while a hundred poll.
 * Each of these has to get every message of its channel, once, each publisher's in order.
 */
final class GatewayPublishFigures {
    private static final int PUBLISHERS = 64;
    private static final int LISTENERS = 100;
    private static final int CHANNELS = 50;
    private static final long PATIENCE_SECONDS = 120;
    private static final Pattern MESSAGE = Pattern.compile("\"d\":\"(\\d+)-(\\d+)\"");

    private final Bed.Host host;
    private final Scale scale;
    /** How many messages each publisher was answered for. */
    private final AtomicIntegerArray published = new AtomicIntegerArray(PUBLISHERS);

    private volatile boolean stopped;
    private volatile boolean ended;

    GatewayPublishFigures(Bed.Host host, Scale scale) {
        this.host = host;
        this.scale = scale;
    }

    List<Figure> measure() throws IOException {
        ExecutorService threads = Executors.newCachedThreadPool();
        try (Bed bed = new Bed(host, "1g", List.of(PubNubLine.OPTION, "--pubnub-publish-per-second=0"));
                ServerChild server = bed.start()) {
            List<Future<Long>> listening = new ArrayList<>();
            for (int i = 0; i < LISTENERS; i++) {
                int number = i;
                PubNubLine line = new PubNubLine(server.port());
                line.poll(channel(number), "tt=0", "listener-" + number);
                String cursor = PubNubLine.cursor(line.answer());
                listening.add(threads.submit(() -> listen(line, number, cursor)));
            }
            List<Future<?>> publishing = new ArrayList<>();
            for (int i = 0; i < PUBLISHERS; i++) {
                int number = i;
                PubNubLine line = new PubNubLine(server.port());
                publishing.add(threads.submit(() -> publish(line, number)));
            }
            double rate = rate();
            long delivered = finish(server, publishing, listening);
            return List.of(new Figure(
                    "durable publishes a second over HTTP, " + LISTENERS + " polling",
                    rate,
                    2_000,
                    true,
                    "/s",
                    PUBLISHERS + " connections kept alive, " + CHANNELS + " channels; " + sum() + " published, "
                            + delivered + " delivered, none lost, none twice, all in order"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InvalidRunException("interrupted");
        } finally {
            ended = true;
            threads.shutdownNow();
        }
    }

    private double rate() {
        await(scale.measure());
        int before = sum();
        long began = System.nanoTime();
        await(scale.measure());
        return (sum() - before) * 1e9 / (System.nanoTime() - began);
    }

    private static void await(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private long finish(ServerChild server, List<Future<?>> publishing, List<Future<Long>> listening)
            throws IOException, InterruptedException {
        stopped = true;
        try (PubNubLine line = new PubNubLine(server.port())) {
            for (Future<?> each : publishing) {
                each.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
            ended = true;
            // So that nobody waits for what does not come.
            line.publish("end", "end");
            line.answer();
            long delivered = 0;
            for (Future<Long> each : listening) {
                delivered += each.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
            return delivered;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof InvalidRunException invalid) {
                throw invalid;
            }
            throw new IOException(e.getCause());
        } catch (TimeoutException e) {
            throw new InvalidRunException("something was not answered or not delivered");
        }
    }

    private int sum() {
        int sum = 0;
        for (int i = 0; i < PUBLISHERS; i++) {
            sum += published.get(i);
        }
        return sum;
    }

    private static String channel(int number) {
        return "ch-" + number % CHANNELS;
    }

    private int publish(PubNubLine line, int number) throws IOException {
        try (line) {
            while (!stopped) {
                line.publish(channel(number), number + "-" + published.get(number));
                line.answer();
                published.incrementAndGet(number);
            }
        }
        return published.get(number);
    }

    /** Until it has everything; how much that was. */
    private long listen(PubNubLine line, int number, String begin) throws IOException {
        Map<Integer, Integer> next = new HashMap<>();
        for (int publisher = 0; publisher < PUBLISHERS; publisher++) {
            if (channel(publisher).equals(channel(number))) {
                next.put(publisher, 0);
            }
        }
        String cursor = begin;
        try (line) {
            while (!ended || !hasAll(next)) {
                line.poll(channel(number) + ",end", cursor, "listener-" + number);
                String answer = line.answer();
                take(answer, next);
                cursor = PubNubLine.cursor(answer);
            }
        }
        return next.values().stream().mapToLong(Integer::longValue).sum();
    }

    private boolean hasAll(Map<Integer, Integer> next) {
        return next.entrySet().stream().allMatch(entry -> entry.getValue() == published.get(entry.getKey()));
    }

    private static void take(String answer, Map<Integer, Integer> next) {
        Matcher matcher = MESSAGE.matcher(answer);
        while (matcher.find()) {
            int publisher = Integer.parseInt(matcher.group(1));
            int got = Integer.parseInt(matcher.group(2));
            Integer expected = next.put(publisher, got + 1);
            if (expected == null || expected != got) {
                throw new InvalidRunException(
                        "message " + got + " of publisher " + publisher + " where " + expected + " was to come");
            }
        }
    }
}
