package dev.mirror.simulation;

import dev.mirror.message.CloseReason;
import dev.mirror.message.Protocol;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Somebody with an account who sends what is malformed, too large, too much or another's, and comes back however often
 * they are sent away (I7, I11). What they publish where they may goes to a room of their own.
 */
final class Hostile extends RawPeer {
    static final String USER = "mal";

    private static final String ROOM = "pit";

    private final SplittableRandom chance;
    private final Gauge gauge;
    private boolean over; // whether it behaves from now on
    private int number;

    Hostile(World world, Gauge gauge) {
        super(world, USER, Protocol.V2);
        this.gauge = gauge;
        chance = world.chance.split();
    }

    void begin() {
        connect();
        attackLater();
    }

    /** Attacks no more. */
    void spare() {
        over = true;
    }

    private void attackLater() {
        later(Duration.ofMillis(500 + chance.nextInt(6_000)), () -> {
            if (!over) {
                attack();
                attackLater();
            }
        });
    }

    @Override
    void began(String who) {
        gauge.began(who);
        if (!over && chance.nextInt(4) == 0) {
            flood(1 + chance.nextInt(60), id -> request(id, "session.ping", ""));
        }
    }

    @Override
    void heard(String who, String frame) {
        // What matters is what the server holds for it; whoever watches the connection counts that.
    }

    @Override
    void ended(String who, CloseReason reason) {
        // It comes back.
    }

    @Override
    Duration pause() {
        return Duration.ofMillis(200 + chance.nextInt(4_000));
    }

    private void attack() {
        switch (chance.nextInt(9)) {
            case 0 -> say(garbage());
            case 1 -> say(publish(++number, "lobby", "x".repeat(32_767 + chance.nextInt(30_000))));
            case 2 -> say(publish(++number, "lobby", "x".repeat(65_536 + chance.nextInt(200_000))));
            case 3 -> flood(150, id -> publish(id, ROOM, "more"));
            case 4 -> say(subscribe(1 + chance.nextInt(400)));
            case 5 -> flood(300, id -> request(id, "channel.history", ",\"channel\":\"" + ROOM + '"'));
            case 6 -> flood(200, id -> request(id, "presence.watch", ",\"channel\":\"" + ROOM + '-' + id + '"'));
            case 7 -> flood(10, id -> subscribe(60));
            default -> say(claim());
        }
    }

    private void flood(int count, IntFunction<String> frame) {
        for (int i = 0; i < count; i++) {
            say(frame.apply(++number));
        }
    }

    private static String request(int id, String code, String rest) {
        return "{\"code\":\"" + code + "\",\"id\":\"m" + id + '"' + rest + '}';
    }

    private static String publish(int id, String channel, String text) {
        return request(id, "channel.publish", ",\"channel\":\"" + channel + "\",\"data\":\"" + text + '"');
    }

    private String subscribe(int channels) {
        int first = ++number;
        String wanted = IntStream.range(0, channels)
                .mapToObj(i -> "{\"channel\":\"" + ROOM + '-' + (first + i) % 500 + "\"}")
                .collect(Collectors.joining(","));
        return request(first, "channel.subscribe", ",\"data\":{\"channels\":[" + wanted + "]}");
    }

    private String garbage() {
        return switch (chance.nextInt(7)) {
            case 0 -> "";
            case 1 -> "[".repeat(1 + chance.nextInt(60_000));
            case 2 -> "{\"code\":\"channel.publish\",\"data\":" + "9".repeat(1 + chance.nextInt(60_000)) + '}';
            case 3 -> request(++number, "no.such.code", "");
            case 4 -> request(++number, "channel.subscribe", ",\"channel\":7");
            case 5 -> request(++number, "channel.history", ",\"channel\":\"..\"");
            default -> "{\"code\":\"channel.publish\",\"channel\":\"lobby\",\"data\":\"\\ud800\"}";
        };
    }

    /** Claims to be somebody else. */
    private String claim() {
        return switch (chance.nextInt(3)) {
            case 0 -> request(++number, "register.userId", ",\"userId\":\"ann\",\"websocketId\":\"w\"");
            case 1 -> request(++number, "message.direct", ",\"channel\":\"ann.bob\",\"data\":\"forged\"");
            default -> request(++number, "auth.refresh", ",\"data\":{\"token\":\"token-ann-1\"}");
        };
    }
}
