package dev.mirror.simulation;

import dev.mirror.channel.ChannelName;
import dev.mirror.client.ChannelEvent;
import dev.mirror.client.ChannelReader;
import dev.mirror.client.MirrorClient;
import dev.mirror.identity.UserId;
import dev.mirror.message.Folding;
import dev.mirror.message.Position;
import dev.mirror.simulation.history.Event;
import dev.mirror.simulation.history.Event.Act;
import dev.mirror.simulation.history.Event.Outcome;
import dev.mirror.simulation.history.Event.Subject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A device shows a channel: it reads from the beginning on into what is said live, and folds in what amends it. */
final class Viewer {
    private static final Duration LOOK = Duration.ofMillis(250);

    private final Recorder recorder;
    private final ChannelName channel;
    private final String epoch;
    private final String observer;
    private @Nullable ChannelReader reader; // of the process that runs
    private Folding folding;
    private long has;

    Viewer(Recorder recorder, String device, ChannelName channel, String epoch) {
        this.recorder = recorder;
        this.channel = channel;
        this.epoch = epoch;
        this.observer = device + "-shows";
        this.folding = new Folding(channel, epoch);
    }

    /** A process begins. */
    void begin(MirrorClient client, Machine machine) {
        Position start = new Position(epoch, 0);
        recorder.add(observer, Outcome.OK, Act.SUBSCRIBE, Subject.of(channel.canonical(), start), Event.EVERYTHING);
        has = 0;
        folding = new Folding(channel, epoch);
        ChannelReader opened = client.read(channel.toString(), start);
        reader = opened;
        lookLater(machine, opened);
    }

    private void lookLater(Machine machine, ChannelReader opened) {
        machine.schedule(LOOK, () -> {
            if (reader == opened) {
                try {
                    for (Optional<ChannelEvent> next = opened.poll(Duration.ZERO);
                            next.isPresent();
                            next = opened.poll(Duration.ZERO)) {
                        take(next.get(), opened.missed());
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
                lookLater(machine, opened);
            }
        });
    }

    private void take(ChannelEvent event, boolean missed) {
        String name = channel.canonical();
        Position at = event.position();
        if (missed) {
            Position before = new Position(at.epoch(), at.offset() - 1);
            recorder.add(observer, Outcome.OK, Act.SUBSCRIBE, Subject.of(name, before), Event.UNRECOVERED);
        }
        Subject subject = new Subject(name, event.id(), event.publisher().value(), at, Event.hash(event.data()));
        recorder.add(observer, Outcome.OK, Act.DELIVER, subject);
        folding.add(event.publication());
        has = at.offset();
    }

    /** The process ended. */
    void ended() {
        reader = null;
    }

    String channel() {
        return channel.canonical();
    }

    /** How far it has read. */
    long has() {
        return has;
    }

    /** Writes down what is shown at the end. */
    void show() {
        recorder.add(observer, Outcome.OK, Act.SHOW, shown(channel.canonical(), folding));
    }

    /** What is shown of a channel. */
    static Subject shown(String channel, Folding folding) {
        String all = folding.messages().stream().map(Viewer::text).collect(Collectors.joining("\n"));
        return new Subject(channel, "", "", null, Event.hash(all));
    }

    private static String text(Folding.Message message) {
        String reactions =
                message.reactions().entrySet().stream().map(Viewer::text).collect(Collectors.joining(" "));
        return message.original().position().offset() + " " + message.body() + ' ' + message.edited() + ' ' + reactions;
    }

    private static String text(Map.Entry<String, List<UserId>> reaction) {
        return reaction.getKey()
                + reaction.getValue().stream().map(UserId::value).toList();
    }
}
