package dev.mirror.client;

import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.ClientMessage;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.message.ServerMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The readers of each channel. On the lane only. */
final class Readings implements Reading.Questions {
    private static final long RETRY_MILLIS = 1_000;

    private final Environment environment;
    private final Requests requests;
    private final Map<ChannelName, List<Reading>> all = new HashMap<>(); // the lane's
    private @Nullable UserId me; // the lane's; null before the first hello

    Readings(Environment environment, Requests requests) {
        this.environment = environment;
        this.requests = requests;
    }

    void connected(UserId user) {
        me = user;
    }

    @Override
    public UserId me() {
        UserId user = me;
        if (user == null) {
            throw new IllegalStateException("nothing is read before the hello");
        }
        return user;
    }

    /** Belongs to the connection: after a reconnect the reading asks anew. */
    @Override
    public void page(ChannelName channel, @Nullable Position from, Outcome<ServerMessage.Ok> outcome) {
        Request.Message message =
                (id, user) -> new ClientMessage.History(id, channel, from, 0, false, ReaderBuffer.PAGE);
        requests.session(message, new Request.Answer() {
            @Override
            public void ok(ServerMessage.Ok ok) {
                outcome.done(ok);
            }

            @Override
            public void failed(MirrorException failure, long afterMillis) {
                if (failure.code().retry() == ErrorCode.Retry.NEVER) {
                    outcome.failed(failure);
                } else {
                    Duration delay = Duration.ofMillis(Math.max(RETRY_MILLIS, afterMillis));
                    environment.later(delay, () -> page(channel, from, outcome));
                }
            }
        });
    }

    boolean has(ChannelName channel) {
        return all.containsKey(channel);
    }

    void add(Reading reading) {
        all.computeIfAbsent(reading.channel(), name -> new ArrayList<>()).add(reading);
    }

    void remove(Reading reading) {
        List<Reading> others = all.get(reading.channel());
        if (others != null && others.remove(reading) && others.isEmpty()) {
            all.remove(reading.channel());
        }
    }

    void answered(ChannelName channel, Position end) {
        each(channel, reading -> reading.answered(end));
    }

    void event(ServerMessage.Event event) {
        each(event.channel(), reading -> reading.event(event));
    }

    void gap(ServerMessage.Gap gap) {
        each(gap.channel(), reading -> reading.gap(gap.position()));
    }

    private void each(ChannelName channel, Consumer<Reading> task) {
        List.copyOf(all.getOrDefault(channel, List.of())).forEach(task);
    }

    void disconnected() {
        all.values().forEach(readings -> readings.forEach(Reading::disconnected));
    }

    /** The channel cannot be read. */
    void fail(ChannelName channel, MirrorException failure) {
        List<Reading> gone = all.remove(channel);
        if (gone != null) {
            gone.forEach(reading -> reading.end(failure));
        }
    }

    /** @param failure {@code null} if the application closed the client */
    void endAll(@Nullable MirrorException failure) {
        List.copyOf(all.values()).forEach(readings -> readings.forEach(reading -> reading.end(failure)));
        all.clear();
    }
}
