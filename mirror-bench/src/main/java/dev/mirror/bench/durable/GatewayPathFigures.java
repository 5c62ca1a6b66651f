package dev.mirror.bench.durable;

import dev.mirror.bench.node.Line;
import dev.mirror.bench.node.ServerChild;
import dev.mirror.bench.wire.InvalidRunException;
import dev.mirror.bench.wire.Samples;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/**
 * How long one message takes from the request to publish until it is delivered: through PubNub's interface, where a poll
 * waits for it, and through the WebSocket. By turns on one server, one message at a time, a pause between two.
 */
final class GatewayPathFigures {
    private static final long PAUSE_NANOS = 2_000_000;
    private static final int TURNS = 5;

    private final Bed.Host host;
    private final Scale scale;

    GatewayPathFigures(Bed.Host host, Scale scale) {
        this.host = host;
        this.scale = scale;
    }

    /** A way of a message. */
    private interface Way {
        /** Publishes, waits until it is there, and yields how long that took. */
        long take(int number) throws IOException;
    }

    List<Figure> measure() throws IOException {
        try (Bed bed = new Bed(host, "1g", List.of(PubNubLine.OPTION, "--pubnub-publish-per-second=0"));
                ServerChild server = bed.start();
                Line speaker = Line.open(server.port(), bed.token(0));
                Line listener = Line.open(server.port(), bed.token(1));
                PubNubLine publisher = new PubNubLine(server.port());
                PubNubLine poll = new PubNubLine(server.port())) {
            Way webSocket = webSocket(speaker, listener);
            Way gateway = gateway(publisher, poll);
            take(webSocket, new Samples());
            take(gateway, new Samples());
            List<Double> ratios = new ArrayList<>();
            Samples overWebSocket = new Samples();
            Samples overGateway = new Samples();
            for (int turn = 0; turn < TURNS; turn++) {
                ratios.add(take(gateway, overGateway) / take(webSocket, overWebSocket));
            }
            Collections.sort(ratios);
            double[] slow = overGateway.percentileMillis(0.5, 0.99);
            double[] fast = overWebSocket.percentileMillis(0.5, 0.99);
            return List.of(new Figure(
                    "publish to delivery through PubNub's interface, p50, to the WebSocket's",
                    ratios.get(TURNS / 2),
                    2,
                    false,
                    "×",
                    String.format(
                            Locale.ROOT,
                            "p50/p99 %.2f/%.2f ms, WebSocket %.2f/%.2f ms; ratios of the turns %.2f to %.2f",
                            slow[0],
                            slow[1],
                            fast[0],
                            fast[1],
                            ratios.get(0),
                            ratios.get(TURNS - 1))));
        }
    }

    /** Many messages; the median. */
    private double take(Way way, Samples all) throws IOException {
        Samples here = new Samples();
        long end = System.nanoTime() + scale.measure().toNanos() / 2;
        for (int i = 0; System.nanoTime() < end; i++) {
            long taken = way.take(i);
            here.add(taken);
            all.add(taken);
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return here.percentileMillis(0.5)[0];
    }

    private static Way webSocket(Line speaker, Line listener) throws IOException {
        listener.ask("{\"code\":\"channel.subscribe\",\"id\":\"s\",\"channel\":\"room\"}", "s");
        return number -> {
            String id = "m" + System.nanoTime();
            long began = System.nanoTime();
            speaker.send("{\"code\":\"channel.publish\",\"id\":\"" + id
                    + "\",\"channel\":\"room\",\"data\":{\"value\":\"" + number + "\"}}");
            String code = listener.read().path("code").asText();
            long taken = System.nanoTime() - began;
            if (!code.equals("channel.event")
                    || !speaker.read().path("re").asText().equals(id)) {
                throw new InvalidRunException("not what was to come: " + code);
            }
            return taken;
        };
    }

    private static Way gateway(PubNubLine publisher, PubNubLine poll) throws IOException {
        poll.poll("room", "tt=0", "listener");
        poll.poll("room", PubNubLine.cursor(poll.answer()), "listener");
        return number -> {
            long began = System.nanoTime();
            publisher.publish("room", Integer.toString(number));
            String delivered = poll.answer();
            long taken = System.nanoTime() - began;
            publisher.answer();
            if (!delivered.contains("\"d\":\"" + number + '"')) {
                throw new InvalidRunException("not what was to come: " + delivered);
            }
            poll.poll("room", PubNubLine.cursor(delivered), "listener");
            return taken;
        };
    }
}
