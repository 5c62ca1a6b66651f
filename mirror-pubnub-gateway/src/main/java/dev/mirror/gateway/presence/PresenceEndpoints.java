package dev.mirror.gateway.presence;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.keyset.ChannelNames;
import dev.mirror.gateway.keyset.Groups;
import dev.mirror.gateway.presence.Places.Place;
import dev.mirror.gateway.route.Access;
import dev.mirror.gateway.route.NativeAccess;
import dev.mirror.gateway.route.Permission;
import dev.mirror.gateway.route.Request;
import dev.mirror.gateway.route.Routes;
import dev.mirror.gateway.wire.Answer;
import dev.mirror.gateway.wire.ErrorStyle;
import dev.mirror.gateway.wire.JsonText;
import dev.mirror.gateway.wire.Query;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** Presence: who is here, where somebody is, signs of life, leaving, and states; all by GET. */
public final class PresenceEndpoints {
    private static final String PATH = "/v2/presence/sub-key|sub_key/{sub}";
    private static final ErrorStyle STYLE = ErrorStyle.service("Presence");
    private static final Answer ALIVE = Answer.ok("{\"status\":200,\"message\":\"OK\",\"service\":\"Presence\"}");
    private static final Answer LEFT =
            Answer.ok("{\"status\":200,\"action\":\"leave\",\"message\":\"OK\",\"service\":\"Presence\"}");

    private final Access access;
    private final Attendance attendance;
    private final Listening listening;
    private final HereNow hereNow;

    /** Puts them together. */
    public PresenceEndpoints(ChannelNames names, Groups groups, Access access, Attendance attendance) {
        this.access = access;
        this.attendance = attendance;
        this.listening = new Listening(names, groups);
        this.hereNow = new HereNow(attendance);
    }

    /** Adds what there is. */
    public void addTo(Routes routes) {
        String channels = PATH + "/channel/{channels}";
        routes.add("GET", PATH, STYLE, this::everywhere);
        routes.add("GET", channels, STYLE, this::here);
        routes.add("GET", PATH + "/uuid/{uuid}", STYLE, this::where);
        routes.add("GET", channels + "/heartbeat", STYLE, this::heartbeat);
        routes.add("GET", channels + "/leave", STYLE, this::leave);
        routes.add("GET", channels + "/uuid/{uuid}/data", STYLE, this::setState);
        routes.add("GET", channels + "/uuid/{uuid}", STYLE, this::state);
    }

    /** The names in a request, checked. */
    private record Named(List<String> channels, List<String> groups) {
        static Named of(Request request) {
            Named named = new Named(
                    Query.elements(request.segment("channels")), request.query().list("channel-group"));
            boolean valid = named.channels.stream()
                            .map(ChannelNames::withoutPresence)
                            .allMatch(name -> ChannelNames.isName(name) || ChannelNames.isWildcard(name))
                    && named.groups.stream().map(ChannelNames::withoutPresence).allMatch(ChannelNames::isGroup);
            if (!valid || (named.channels.isEmpty() && named.groups.isEmpty())) {
                throw PresenceRefusal.of(400, "Invalid Channel");
            }
            if (!Listening.isWithinLimits(named.channels, named.groups)) {
                throw PresenceRefusal.of(400, "Too Many Channels");
            }
            return named;
        }

        /** Whether an answer is about one channel, and has no names then. */
        boolean isOne() {
            return channels.size() == 1 && groups.isEmpty();
        }
    }

    private CompletionStage<List<Place>> readable(Request request, Named named) {
        return access.check(request, Permission.READ, new Access.Resources(named.channels, named.groups))
                .thenCompose(allowed -> places(request, named));
    }

    /** As a poll with these names counts: what is in a group and not for whoever asks is left out. */
    private CompletionStage<List<Place>> places(Request request, Named named) {
        return listening
                .interests(request, named.channels, named.groups)
                .thenApply(interests -> Places.of(request.keyset(), interests));
    }

    private CompletionStage<Answer> everywhere(Request request) {
        HereNow.Wish wish = HereNow.Wish.of(request.query());
        return access.check(request, Permission.READ, new Access.Resources(List.of(), List.of()))
                .thenCompose(allowed -> visible(request, attendance.seats().channels(request.keyset())))
                .thenCompose(found -> hereNow.many(request.keyset(), wish, found))
                .thenApply(Answer::ok);
    }

    private CompletionStage<Answer> here(Request request) {
        Named named = Named.of(request);
        HereNow.Wish wish = HereNow.Wish.of(request.query());
        return readable(request, named)
                .thenCompose(found -> {
                    // A presence twin is a name without anybody.
                    boolean one = named.isOne() && found.size() == 1;
                    return one
                            ? hereNow.one(request.keyset(), wish, found.get(0))
                            : hereNow.many(request.keyset(), wish, found);
                })
                .thenApply(Answer::ok);
    }

    private CompletionStage<Answer> where(Request request) {
        String uuid = uuid(Optional.of(request.segment("uuid")));
        Guest guest = new Guest(request.keyset(), uuid, Optional.empty(), false);
        Set<ChannelName> found = attendance.seats().channels(request.keyset(), guest.allIds());
        return visible(request, found)
                .thenApply(there -> there.stream()
                        .map(place -> JsonText.quote(place.name()))
                        .collect(Collectors.joining(",", "[", "]")))
                .thenApply(channels -> Answer.ok("{\"status\":200,\"message\":\"OK\",\"payload\":{\"channels\":"
                        + channels + "},\"service\":\"Presence\"}"));
    }

    /** The channels in order, without the conversations of others. */
    private static CompletionStage<List<Place>> visible(Request request, Set<ChannelName> channels) {
        return NativeAccess.visible(request, channels)
                .thenApply(found -> found.stream()
                        .map(channel -> {
                            String name = ChannelNames.shown(channel);
                            return new Place(name, name, channel);
                        })
                        .sorted(Comparator.comparing(Place::name))
                        .toList());
    }

    private CompletionStage<Answer> heartbeat(Request request) {
        Named named = Named.of(request);
        String uuid = uuid(request.uuid());
        Optional<JsonNode> states = request.query()
                .get("state")
                .map(text -> StateText.object(text).orElseThrow(() -> PresenceRefusal.of(400, "Invalid JSON")));
        return readable(request, named)
                .thenCompose(found -> attendance
                        .guest(request, uuid, found)
                        .thenCompose(guest -> {
                            Seats.Outcome outcome = attendance.touch(request, guest, found);
                            states.ifPresent(each -> attendance.set(request.keyset(), guest, found, each));
                            refuse(outcome);
                            return states.isPresent() ? attendance.kept() : CompletableFuture.completedFuture(null);
                        })
                        .thenApply(done -> ALIVE));
    }

    private void refuse(Seats.Outcome outcome) {
        switch (outcome) {
            case SEATED -> {}
            case TOO_MANY_CHANNELS ->
                throw PresenceRefusal.of(
                        400,
                        "Maximum count of channels of a user is "
                                + attendance.limits().channelsPerUser());
            case TOO_MANY_USERS ->
                throw PresenceRefusal.of(
                        400,
                        "Maximum count of users in a channel is "
                                + attendance.limits().usersPerChannel());
            case FULL -> throw new MirrorException(ErrorCode.BUSY, "there is no room for more presence");
        }
    }

    private CompletionStage<Answer> leave(Request request) {
        Named named = Named.of(request);
        String uuid = uuid(request.uuid());
        return places(request, named)
                .thenCompose(found -> attendance.guest(request, uuid, found).thenApply(guest -> {
                    attendance
                            .seats()
                            .leave(
                                    request.keyset(),
                                    guest,
                                    found.stream().map(Place::channel).toList());
                    return LEFT;
                }));
    }

    private CompletionStage<Answer> setState(Request request) {
        Named named = Named.of(request);
        String uuid = uuid(Optional.of(request.segment("uuid")));
        JsonNode state = StateText.object(
                        request.query().get("state").orElseThrow(() -> PresenceRefusal.of(400, "No state specified.")))
                .orElseThrow(() -> PresenceRefusal.of(400, "Invalid JSON"));
        return readable(request, named)
                .thenCompose(found -> attendance
                        .guest(request, uuid, found)
                        .thenCompose(guest -> {
                            found.forEach(place -> attendance.set(request.keyset(), guest, place.channel(), state));
                            return attendance.kept();
                        })
                        .thenApply(done -> Answer.ok("{\"status\":200,\"message\":\"OK\",\"payload\":" + state
                                + ",\"service\":\"Presence\"}")));
    }

    private CompletionStage<Answer> state(Request request) {
        Named named = Named.of(request);
        String uuid = uuid(Optional.of(request.segment("uuid")));
        return readable(request, named)
                .thenCompose(found -> attendance
                        .guest(request, uuid, found)
                        .thenApply(guest -> {
                            String ending = ",\"uuid\":" + JsonText.quote(uuid);
                            if (named.isOne() && found.size() == 1) {
                                String name = JsonText.quote(found.get(0).name());
                                return state(request, guest, found.get(0)) + ending + ",\"channel\":" + name;
                            }
                            return found.stream()
                                            .map(place ->
                                                    JsonText.quote(place.name()) + ':' + state(request, guest, place))
                                            .distinct()
                                            .collect(Collectors.joining(",", "{\"channels\":{", "}}"))
                                    + ending;
                        })
                        .thenApply(payload -> Answer.ok("{\"status\":200,\"message\":\"OK\",\"payload\":" + payload
                                + ",\"service\":\"Presence\"}")));
    }

    private String state(Request request, Guest guest, Place place) {
        return guest.ids(place.channel()).stream()
                .map(id -> attendance.state(request.keyset(), place.channel(), id))
                .flatMap(Optional::stream)
                .findFirst()
                .orElse("{}");
    }

    private static String uuid(Optional<String> uuid) {
        return uuid.filter(Request::isUuid).orElseThrow(() -> PresenceRefusal.of(400, "Invalid UUID"));
    }
}
