package dev.mirror.hub;

import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.hub.Subscriber.Opening;
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
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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
    private int opening; // channels that were asked for, without an outcome yet

    Subscriptions(Session session, Hub hub, Principal principal) {
        this.session = session;
        this.hub = hub;
        this.principal = principal;
    }

    /** How many channels were asked for that have no outcome yet. */
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

    /**
     * How one wanted channel came out: an opening, or a refusal.
     *
     * @param subscriber ready to begin, where there is an opening
     */
    private record Outcome(
            ChannelName channel,
            @Nullable Subscriber subscriber,
            @Nullable Opening opening,
            @Nullable MirrorException refusal) {
        static Outcome refused(ChannelName channel, MirrorException refusal) {
            return new Outcome(channel, null, null, refusal);
        }
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
            Opening opening = outcomes.get(0).opening();
            MirrorException failure = outcomes.stream()
                    .map(Outcome::refusal)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
            if (failure != null || opening == null) {
                session.fail(failure != null ? failure : new MirrorException(ErrorCode.INTERNAL, "no inbox"));
                return;
            }
            String data = VersionTwo.helloData(checked, hub.options, opening.tail());
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
            Subscriber subscriber = outcome.subscriber();
            if (subscriber != null && !subscriber.isClosed()) {
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
                opening--;
                if (--missing[0] == 0) {
                    then.accept(List.of(outcomes));
                }
            });
        }
    }

    private void openOne(Subscribe.Wanted wanted, Consumer<Outcome> then) {
        ChannelName channel = wanted.channel();
        if (!hub.access.allows(principal, AccessPolicy.Action.SUBSCRIBE, channel)) {
            then.accept(Outcome.refused(channel, new MirrorException(ErrorCode.NOT_ALLOWED, "not your channel")));
            return;
        }
        Subscriber old = byChannel.get(channel);
        int limit = hub.options.channelsPerSession();
        if (old == null && byChannel.size() >= limit) {
            String detail = "a session has at most " + limit + " subscriptions; end one first";
            then.accept(Outcome.refused(channel, new MirrorException(ErrorCode.TOO_MANY, detail)));
            return;
        }
        if (old != null) {
            old.close();
            waiting.remove(old);
        }
        Subscriber subscriber = new Subscriber(session, hub, this, channel);
        byChannel.put(channel, subscriber);
        subscriber.open(
                wanted.after(), opening -> then.accept(new Outcome(channel, subscriber, opening, null)), failure -> {
                    if (byChannel.remove(channel, subscriber)) {
                        end(subscriber); // its predecessor may have entered the room
                    }
                    then.accept(Outcome.refused(channel, failure));
                });
    }

    private void answer(String request, List<Outcome> outcomes) {
        if (outcomes.size() > 1) {
            session.send(new ServerMessage.Ok(request, null, null, several(outcomes)));
            return;
        }
        Outcome only = outcomes.get(0);
        MirrorException refusal = only.refusal();
        Opening opening = only.opening();
        if (refusal != null || opening == null) {
            refuse(request, refusal);
            return;
        }
        String data = Data.object(json -> json.writeBooleanField("recovered", opening.recovered()));
        session.send(new ServerMessage.Ok(request, opening.channel(), opening.tail(), data));
    }

    private void refuse(String request, @Nullable MirrorException refusal) {
        if (refusal != null) {
            session.refuse(request, refusal.code(), Answers.RETRY_MILLIS, String.valueOf(refusal.getMessage()));
        }
    }

    private String several(List<Outcome> outcomes) {
        return Data.object(json -> {
            json.writeArrayFieldStart("channels");
            for (Outcome outcome : outcomes) {
                json.writeStartObject();
                json.writeStringField("channel", outcome.channel().toString());
                Opening opening = outcome.opening();
                MirrorException refusal = outcome.refusal();
                if (opening != null) {
                    Position tail = opening.tail();
                    json.writeStringField("epoch", tail.epoch());
                    json.writeNumberField("offset", tail.offset());
                    json.writeBooleanField("recovered", opening.recovered());
                } else if (refusal != null) {
                    hub.counters.refused(refusal.code());
                    Answers.writeError(json, refusal);
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
