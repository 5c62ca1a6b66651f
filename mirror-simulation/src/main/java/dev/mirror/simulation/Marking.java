package dev.mirror.simulation;

import dev.mirror.channel.ChannelName;
import dev.mirror.client.MirrorClient;
import dev.mirror.client.direct.Conversation;
import dev.mirror.client.direct.Mark;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.Position;
import dev.mirror.message.ServerMessage;
import dev.mirror.simulation.history.Event.Act;
import dev.mirror.simulation.history.Event.Outcome;
import dev.mirror.simulation.history.Event.Subject;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** What a device says and hears of how far conversations were read (W46 to W48). */
final class Marking {
    private final Recorder recorder;
    private final String device;
    private final String user;
    private final Set<String> asked = new HashSet<>(); // by the process that runs
    private int number;

    Marking(Recorder recorder, String device) {
        this.recorder = recorder;
        this.device = device;
        this.user = device.substring(0, device.indexOf('/'));
    }

    /** Says that everything up to here was read. */
    void read(MirrorClient client, ChannelName conversation, Position position) {
        String id = "mark-" + ++number;
        String channel = conversation.canonical();
        asked.add(id);
        recorder.add(device, Outcome.INVOKE, Act.MARK, new Subject(channel, id, user, position, 0));
        CompletionStage<Mark> answer = client.chat(conversation).markRead(position);
        answer.whenComplete((mark, failure) -> {
            asked.remove(id);
            if (failure == null) {
                recorder.add(device, Outcome.OK, Act.MARK, subject(channel, id, user, mark));
            } else {
                ErrorCode code = Device.code(failure);
                boolean refused = code.retry() == ErrorCode.Retry.NEVER;
                Subject subject = new Subject(channel, id, user, position, 0);
                recorder.add(device, refused ? Outcome.FAIL : Outcome.INFO, Act.MARK, subject, code.wire());
            }
        });
    }

    private static Subject subject(String channel, String id, String user, Mark mark) {
        return new Subject(channel, id, user, new Position(mark.epoch(), mark.read()), mark.received());
    }

    /** Hears how far somebody is. */
    void heard(ServerMessage.Marked marked) {
        Position read = new Position(marked.epoch(), marked.read());
        String channel = marked.channel().canonical();
        Subject subject = new Subject(channel, "", marked.userId().value(), read, marked.received());
        recorder.add(device, Outcome.OK, Act.MARKED, subject);
    }

    /** Writes down how a conversation stands at the end. */
    void stands(Conversation conversation) {
        String channel = conversation.channel().canonical();
        String friend = conversation.peer().user().value();
        recorder.add(device, Outcome.OK, Act.STAND, subject(channel, "", user, conversation.mine()));
        recorder.add(
                device,
                Outcome.OK,
                Act.STAND,
                subject(channel, "", friend, conversation.peer().mark()));
    }

    /** The process ended: nobody waits for answers. */
    void ended() {
        asked.clear();
    }

    boolean isDone() {
        return asked.isEmpty();
    }
}
