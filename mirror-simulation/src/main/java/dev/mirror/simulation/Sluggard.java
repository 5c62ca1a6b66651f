package dev.mirror.simulation;

import dev.mirror.message.CloseReason;
import dev.mirror.message.Position;
import dev.mirror.message.Protocol;
import dev.mirror.simulation.history.Event;
import dev.mirror.simulation.history.Event.Act;
import dev.mirror.simulation.history.Event.Outcome;
import dev.mirror.simulation.history.Event.Subject;
import java.time.Duration;
import java.util.SplittableRandom;

/** A peer that asks for a whole room and then reads nothing for a while (I6). What it reads in the end has to be right. */
final class Sluggard extends RawPeer {
    static final String USER = "lou";
    static final String ROOM = "lobby";

    /** Whichever of its connections reads. */
    private static final String OBSERVER = USER + "/reader";

    private static final String ASKS = "all";

    private final World world;
    private final Recorder recorder;
    private final Gauge gauge;
    private final String epoch;
    private final SplittableRandom chance;
    private boolean over; // whether it reads all the time
    private boolean subscribed; // on the connection that is open
    private long has; // how far it was told on it

    Sluggard(World world, Recorder recorder, Gauge gauge, String epoch) {
        super(world, USER, Protocol.V2);
        this.world = world;
        this.recorder = recorder;
        this.gauge = gauge;
        this.epoch = epoch;
        this.chance = world.chance.split();
    }

    /** Reads everything from now on. */
    void spare() {
        over = true;
    }

    /** How far it was told since it asked last. */
    long has() {
        return subscribed ? has : 0;
    }

    @Override
    void began(String who) {
        gauge.began(who);
        subscribed = false;
        has = 0;
        ask();
        if (chance.nextInt(4) > 0 && !over) {
            gauge.reads(who, false);
            world.network.stall(USER, true);
            later(Duration.ofMillis(1 + chance.nextInt(50_000)), () -> world.network.stall(USER, false));
        }
    }

    private void ask() {
        say("{\"code\":\"channel.subscribe\",\"id\":\"" + ASKS + "\",\"channel\":\"" + ROOM + "\",\"epoch\":\"" + epoch
                + "\",\"offset\":0}");
    }

    @Override
    void heard(String who, String frame) {
        gauge.reads(who, true);
        Wire wire = Wire.read(frame);
        if (wire.is("reply.ok") && wire.text("re").equals(ASKS)) {
            subscribed = true;
            recorder.add(OBSERVER, Outcome.OK, Act.SUBSCRIBE, Subject.of(ROOM, new Position(epoch, 0)));
        } else if (wire.is("reply.error")) {
            later(Duration.ofSeconds(1), this::ask);
        } else if (subscribed && wire.text("channel").equals(ROOM)) {
            if (wire.is("channel.event")) {
                has = wire.at().offset();
                recorder.add(OBSERVER, Outcome.OK, Act.DELIVER, wire.event());
            } else if (wire.is("channel.gap")) {
                recorder.add(OBSERVER, Outcome.OK, Act.SUBSCRIBE, Subject.of(ROOM, wire.at()), Event.UNRECOVERED);
            }
        }
    }

    @Override
    void ended(String who, CloseReason reason) {
        recorder.add(OBSERVER, Outcome.INFO, Act.LEAVE, Subject.NONE);
        world.network.stall(USER, false);
    }

    @Override
    Duration pause() {
        return Duration.ofMillis(500 + chance.nextInt(10_000));
    }
}
