package dev.mirror.hub;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.MirrorException;
import dev.mirror.message.ServerMessage;
import dev.mirror.spi.Presence.Change;
import dev.mirror.spi.Presence.Member;
import dev.mirror.spi.Presence.Members;
import dev.mirror.spi.Presence.Watch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Whose coming and going one session wants to hear of. Owned by the session's lane. */
final class Watches {
    /** How many members one answer names. */
    private static final int MAX_MEMBERS = 1_000;

    private final Session session;
    private final Hub hub;
    private final Map<ChannelName, Watching> byChannel = new HashMap<>(2);
    private int asked; // for members that were not told yet

    Watches(Session session, Hub hub) {
        this.session = session;
        this.hub = hub;
    }

    /** One watched channel; changes wait until the members were told, so that the answer comes first. */
    private static final class Watching {
        @Nullable
        Watch watch;

        @Nullable
        List<Change> early = new ArrayList<>(1);
    }

    boolean mayWatch(ChannelName channel, int limit) {
        return asked < limit && (byChannel.size() < limit || byChannel.containsKey(channel));
    }

    /** Watches; the members that are there now arrive on the lane before any change is sent. */
    void watch(ChannelName channel, Consumer<Members> members, Consumer<MirrorException> failed) {
        unwatch(channel);
        Watching watching = new Watching();
        byChannel.put(channel, watching);
        watching.watch = hub.presence.watch(
                channel, change -> Hub.hand(session.lane(), () -> changed(channel, watching, change)));
        asked++;
        session.inTime(hub.presence.members(channel), (now, failure) -> {
            asked--;
            if (session.isClosed()) {
                return;
            }
            if (failure != null) {
                unwatch(channel);
                failed.accept(Hub.failure(failure));
            } else {
                members.accept(now);
                release(channel, watching, now.version());
            }
        });
    }

    private void changed(ChannelName channel, Watching watching, Change change) {
        if (byChannel.get(channel) != watching) {
            return;
        }
        if (watching.early != null) {
            watching.early.add(change);
            return;
        }
        Member member = change.member();
        session.send(
                new ServerMessage.Presence(channel, member.user(), member.name(), change.joined(), change.version()));
    }

    /** Passes on what came meanwhile and is not in the list already. */
    private void release(ChannelName channel, Watching watching, long version) {
        List<Change> waiting = watching.early;
        watching.early = null;
        if (waiting != null) {
            waiting.stream()
                    .filter(change -> change.version() > version)
                    .forEach(change -> changed(channel, watching, change));
        }
    }

    void unwatch(ChannelName channel) {
        Watching watching = byChannel.remove(channel);
        if (watching != null && watching.watch != null) {
            watching.watch.close();
        }
    }

    void close() {
        new ArrayList<>(byChannel.keySet()).forEach(this::unwatch);
    }

    /** Who is there, as an answer says it (W45): not more than an answer can hold, but always how many. */
    static String data(Members now) {
        List<Member> members = now.members();
        return Data.object(json -> {
            json.writeNumberField("count", members.size());
            json.writeNumberField("version", now.version());
            json.writeArrayFieldStart("members");
            for (Member member : members.subList(0, Math.min(members.size(), MAX_MEMBERS))) {
                json.writeStartObject();
                json.writeStringField("userId", member.user().value());
                json.writeStringField("name", member.name());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }
}
