package dev.mirror.simulation;

import dev.mirror.client.ChannelEvent;
import dev.mirror.client.HistoryPage;
import dev.mirror.client.MirrorClient;
import dev.mirror.message.Position;
import dev.mirror.simulation.history.Event;
import dev.mirror.simulation.history.Event.Act;
import dev.mirror.simulation.history.Event.Outcome;
import dev.mirror.simulation.history.Event.Subject;
import java.util.concurrent.CompletionStage;

/** A device reads a whole log, in the middle of everything. */
final class LookBack {
    private static final int PAGE = 50;

    private final Recorder recorder;
    private final Device device;
    private final String channel;
    private final String reader;

    LookBack(Recorder recorder, Device device, String channel) {
        this.recorder = recorder;
        this.device = device;
        this.channel = channel;
        this.reader = device.name() + "-reads-" + recorder.events().size();
    }

    void begin() {
        MirrorClient client = device.client();
        if (client != null) {
            recorder.add(reader, Outcome.INVOKE, Act.READ, Subject.of(channel));
            next(client, new Position(device.epoch(), 0));
        }
    }

    private void next(MirrorClient client, Position after) {
        CompletionStage<HistoryPage> answer = client.history(channel, after, PAGE);
        answer.whenComplete((page, failure) -> {
            if (failure != null) {
                Device.code(failure);
                recorder.add(reader, Outcome.INFO, Act.READ, Subject.of(channel));
            } else {
                take(client, page);
            }
        });
    }

    private void take(MirrorClient client, HistoryPage page) {
        for (ChannelEvent event : page.events()) {
            Subject subject = new Subject(
                    channel, event.id(), event.publisher().value(), event.position(), Event.hash(event.data()));
            recorder.add(reader, Outcome.OK, Act.ENTRY, subject);
        }
        if (page.events().isEmpty()) {
            recorder.add(reader, Outcome.OK, Act.READ, Subject.of(channel, page.end()));
        } else {
            next(client, page.events().get(page.events().size() - 1).position());
        }
    }
}
