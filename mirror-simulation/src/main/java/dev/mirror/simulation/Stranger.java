package dev.mirror.simulation;

import dev.mirror.client.Chat;
import dev.mirror.client.MirrorClient;
import dev.mirror.client.direct.Conversations;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.simulation.history.Event.Act;
import dev.mirror.simulation.history.Event.Outcome;
import dev.mirror.simulation.history.Event.Subject;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What a device tries that is none of its user's business: the conversations and inboxes of others (I5). */
final class Stranger {
    private static final List<String> THEIRS = List.of("ann.bob", "bob.ann", "ann.cat", "@ann", "@bob", "ann.nobody");

    private final Recorder recorder;
    private final SplittableRandom chance;
    private final Device device;

    Stranger(Recorder recorder, SplittableRandom chance, Device device) {
        this.recorder = recorder;
        this.chance = chance;
        this.device = device;
    }

    /** Tries one thing. */
    void pry() {
        MirrorClient client = device.client();
        if (client != null) {
            String channel = THEIRS.get(chance.nextInt(THEIRS.size()));
            int what = chance.nextInt(9);
            attempt(client, channel, what).whenComplete((allowed, failure) -> {
                Subject subject = Subject.of(channel);
                String note = "attempt " + what + " on " + channel;
                if (failure == null) {
                    recorder.add(device.name(), Outcome.OK, Act.PRY, subject, note);
                } else {
                    ErrorCode code = Device.code(failure);
                    boolean refused = code.retry() == ErrorCode.Retry.NEVER;
                    recorder.add(device.name(), refused ? Outcome.FAIL : Outcome.INFO, Act.PRY, subject, code.wire());
                }
            });
        }
    }

    private CompletionStage<?> attempt(MirrorClient client, String channel, int what) {
        Position somewhere = new Position(device.epoch(), chance.nextInt(5));
        Chat chat = client.chat(channel);
        return switch (what) {
            case 0 -> client.subscribe(channel);
            case 1 -> client.subscribe(channel, somewhere);
            case 2 -> client.history(channel, 10);
            case 3 -> client.history(channel, somewhere, 10);
            case 4 -> client.publish(channel, "forged");
            case 5 -> chat.markRead(somewhere);
            case 6 -> client.presence(channel);
            case 7 -> client.signal(channel, "psst");
            default -> client.conversations().thenCompose(Stranger::foreign);
        };
    }

    /** A list of conversations is allowed to everybody, and has only one's own, which a stranger has none of. */
    private static CompletionStage<Boolean> foreign(Conversations conversations) {
        return conversations.listed().isEmpty()
                ? CompletableFuture.failedFuture(new MirrorException(ErrorCode.NOT_ALLOWED, "nothing"))
                : CompletableFuture.completedFuture(true);
    }
}
