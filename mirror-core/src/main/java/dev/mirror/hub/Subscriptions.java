package dev.mirror.hub;

import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.identity.Principal;
import dev.mirror.message.ClientMessage.Subscribe;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.message.ServerMessage;
import dev.mirror.spi.Presence.Member;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** What one session is subscribed to, by channel. Owned by the session's lane. */
final class Subscriptions {
    /** How many channels of a session are read at once while they catch up (W56). */
    private static final int READERS = 2;

    private final Session session;
    private final Hub hub;
    private Principal principal; // the newest proof
    private final Map<ChannelName, Subscriber> byChannel = new HashMap<>(4);
    private final Set<Subscriber> waiting = new LinkedHashSet<>(1); // for their turn to read
    private int reading;
    private int opening; // channels that were asked for in requests without an answer yet

    Subscriptions(Session session, Hub hub, Principal principal) {
        this.session = session;
        this.hub = hub;
        this.principal = principal;
    }

    /** How many channels were asked for in requests that have no answer yet. */
    int opening() {
        return opening;
    }

    /** Whether a subscriber may read on now; otherwise it hears when it is its turn. Who may says {@link #hasRead}. */
    boolean mayRead(Subscriber subscriber) {
        if (reading == READERS) {
            waiting.add(subscriber);
            return false;
        }
        reading++;
        return true;
    }

    void hasRead() {
        reading--;
        while (reading < READERS && !waiting.isEmpty()) {
            Subscriber next = waiting.iterator().next();
            waiting.remove(next);
            next.drained();
        }
    }

    void refresh(Principal newer) {
        principal = newer;
    }

    /** How one wanted channel came out. */
    sealed interface Outcome {
        /**
         * Ready to begin.
         *
         * @param tail where the log ended
         * @param recovered whether nothing is missing
         */
        record Opened(Subscriber subscriber, Position tail, boolean recovered) implements Outcome {}

        record Refused(ChannelName channel, MirrorException why) implements Outcome {}
    }

    /**
     * Subscribes to the inbox and to the own room, and hands over a hello that says where the inbox stands, with what
     * begins the deliveries after it (W19, W21).
     */
    void greet(Principal checked, BiConsumer<ServerMessage.Hello, Runnable> greeting) {
        ChannelName inbox = ChannelName.inbox(checked.user());
        List<Subscribe.Wanted> own = List.of(
                new Subscribe.Wanted(inbox, null), new Subscribe.Wanted(ChannelName.room(checked.channelId()), null));
        openAll(own, outcomes -> {
            for (Outcome outcome : outcomes) {
                if (outcome instanceof Outcome.Refused refused) {
                    session.fail(refused.why());
                    return;
                }
            }
            Outcome.Opened opened = (Outcome.Opened) outcomes.get(0);
            String data = VersionTwo.helloData(checked, hub.options, opened.tail());
            ServerMessage.Hello hello =
                    new ServerMessage.Hello(session.id().value(), checked.user().value(), checked.channelId(), data);
            greeting.accept(hello, () -> begin(outcomes));
        });
    }

    /** Subscribes as asked, answers, then delivers (W29 to W32). */
    void subscribe(Subscribe request) {
        openAll(request.wanted(), outcomes -> {
            if (request.id() != null) {
                answer(request.id(), outcomes);
            }
            begin(outcomes);
        });
    }

    private void begin(List<Outcome> outcomes) {
        for (Outcome outcome : outcomes) {
            if (outcome instanceof Outcome.Opened opened && !opened.subscriber().isClosed()) {
                Subscriber subscriber = opened.subscriber();
                if (subscriber.channel().kind() == ChannelKind.ROOM) {
                    Member member = new Member(principal.user(), principal.name());
                    hub.presence.enter(subscriber.channel(), member, session.id());
                }
                subscriber.begin();
            }
        }
    }

    /** Opens every wanted channel; the outcomes arrive together, in the order of the request. */
    private void openAll(List<Subscribe.Wanted> wanted, Consumer<List<Outcome>> then) {
        Outcome[] outcomes = new Outcome[wanted.size()];
        int[] missing = {wanted.size()};
        opening += wanted.size();
        for (int i = 0; i < wanted.size(); i++) {
            int index = i;
            openOne(wanted.get(i), outcome -> {
                outcomes[index] = outcome;
                if (--missing[0] == 0) {
                    opening -= outcomes.length;
                    then.accept(List.of(outcomes));
                }
            });
        }
    }

    private void openOne(Subscribe.Wanted wanted, Consumer<Outcome> then) {
        ChannelName channel = wanted.channel();
        if (!hub.access.allows(principal, AccessPolicy.Action.SUBSCRIBE, channel)) {
            then.accept(new Outcome.Refused(channel, new MirrorException(ErrorCode.NOT_ALLOWED, "not your channel")));
            return;
        }
        Subscriber old = byChannel.get(channel);
        int limit = hub.options.channelsPerSession;
        if (old == null && byChannel.size() >= limit) {
            String detail = "a session has at most " + limit + " subscriptions; end one first";
            then.accept(new Outcome.Refused(channel, new MirrorException(ErrorCode.TOO_MANY, detail)));
            return;
        }
        if (old != null) {
            old.close();
            waiting.remove(old);
        }
        Subscriber subscriber = new Subscriber(session, hub, this, channel);
        byChannel.put(channel, subscriber);
        subscriber.open(wanted.after(), then::accept, failure -> {
            if (byChannel.remove(channel, subscriber)) {
                end(subscriber); // its predecessor may have entered the room
            }
            then.accept(new Outcome.Refused(channel, failure));
        });
    }

    private void answer(String request, List<Outcome> outcomes) {
        if (outcomes.size() > 1) {
            session.send(new ServerMessage.Ok(request, null, null, several(outcomes)));
            return;
        }
        if (outcomes.get(0) instanceof Outcome.Opened opened) {
            String data = Data.object(json -> json.writeBooleanField("recovered", opened.recovered()));
            session.send(new ServerMessage.Ok(request, opened.subscriber().channel(), opened.tail(), data));
        } else if (outcomes.get(0) instanceof Outcome.Refused refused) {
            MirrorException why = refused.why();
            session.refuse(request, why.code(), Answers.RETRY_MILLIS, String.valueOf(why.getMessage()));
        }
    }

    private String several(List<Outcome> outcomes) {
        return Data.object(json -> {
            json.writeArrayFieldStart("channels");
            for (Outcome outcome : outcomes) {
                json.writeStartObject();
                if (outcome instanceof Outcome.Opened opened) {
                    json.writeStringField(
                            "channel", opened.subscriber().channel().toString());
                    json.writeStringField("epoch", opened.tail().epoch());
                    json.writeNumberField("offset", opened.tail().offset());
                    json.writeBooleanField("recovered", opened.recovered());
                } else if (outcome instanceof Outcome.Refused refused) {
                    json.writeStringField("channel", refused.channel().toString());
                    hub.counters.refused(refused.why().code());
                    Answers.writeError(json, refused.why());
                }
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    void unsubscribe(ChannelName channel) {
        Subscriber subscriber = byChannel.remove(channel);
        if (subscriber != null) {
            end(subscriber);
        }
    }

    void drained() {
        // After every write, so it must cost nothing: nearly always nobody is catching up.
        for (Subscriber each : byChannel.values()) {
            if (each.isCatchingUp()) {
                // A list of its own: catching up can end the session, which empties the map.
                byChannel.values().stream()
                        .filter(Subscriber::isCatchingUp)
                        .toList()
                        .forEach(Subscriber::drained);
                return;
            }
        }
    }

    void close() {
        List<Subscriber> all = new ArrayList<>(byChannel.values());
        byChannel.clear();
        all.forEach(this::end);
    }

    private void end(Subscriber subscriber) {
        subscriber.close();
        waiting.remove(subscriber);
        if (subscriber.channel().kind() == ChannelKind.ROOM) {
            hub.presence.leave(subscriber.channel(), session.id());
        }
    }
}
