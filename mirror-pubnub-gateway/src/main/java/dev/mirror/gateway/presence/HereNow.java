package dev.mirror.gateway.presence;

import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.keyset.Keyset;
import dev.mirror.gateway.presence.Places.Place;
import dev.mirror.gateway.wire.JsonText;
import dev.mirror.gateway.wire.Query;
import dev.mirror.spi.Presence.Member;
import dev.mirror.spi.Presence.Members;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** Says who is in channels. */
final class HereNow {
    private static final int MOST_OF_A_CHANNEL = 1_000;
    /** How many users one answer names; of what comes after them it only says how many there are. */
    private static final int MOST_NAMES = 20_000;

    private final Attendance attendance;

    HereNow(Attendance attendance) {
        this.attendance = attendance;
    }

    /**
     * What somebody wants to know.
     *
     * @param states whether with states
     * @param limit how many users of a channel are named, 0 for none
     * @param offset how many are left out before
     */
    record Wish(boolean states, int limit, int offset) {
        static Wish of(Query query) {
            long limit = query.flag("disable_uuids") ? 0 : query.number("limit").orElse(MOST_OF_A_CHANNEL);
            long offset = query.number("offset").orElse(0);
            return new Wish(query.flag("state"), (int) Math.min(limit, MOST_OF_A_CHANNEL), (int)
                    Math.min(offset, Integer.MAX_VALUE));
        }
    }

    /** A user as it is named. */
    private record Named(String uuid, Member member) {}

    /** The answer about one channel. */
    CompletionStage<String> one(Keyset keyset, Wish wish, Place place) {
        return attendance.members(place.channel()).thenApply(members -> {
            String uuids = wish.limit == 0 ? "" : "\"uuids\":" + uuids(keyset, wish, place.channel(), members) + ',';
            return "{\"status\":200,\"message\":\"OK\",\"service\":\"Presence\"," + uuids + "\"occupancy\":"
                    + members.members().size() + '}';
        });
    }

    /** The answer about several channels, of which it names those that somebody is in. */
    CompletionStage<String> many(Keyset keyset, Wish wish, List<Place> places) {
        Map<String, CompletableFuture<Members>> asked = new LinkedHashMap<>();
        Map<String, ChannelName> channels = new LinkedHashMap<>();
        for (Place place : places) {
            channels.put(place.name(), place.channel());
            asked.computeIfAbsent(
                    place.name(), name -> attendance.members(place.channel()).toCompletableFuture());
        }
        return CompletableFuture.allOf(asked.values().toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> write(keyset, wish, channels, asked));
    }

    private String write(
            Keyset keyset,
            Wish wish,
            Map<String, ChannelName> channels,
            Map<String, CompletableFuture<Members>> asked) {
        List<String> written = new ArrayList<>();
        int total = 0;
        int names = 0;
        for (Map.Entry<String, CompletableFuture<Members>> entry : asked.entrySet()) {
            Members members = entry.getValue().join();
            int occupancy = members.members().size();
            ChannelName channel = channels.get(entry.getKey());
            if (occupancy == 0 || channel == null) {
                continue;
            }
            total += occupancy;
            Wish left = new Wish(wish.states, Math.min(wish.limit, MOST_NAMES - names), wish.offset);
            names += Math.min(left.limit, occupancy);
            String uuids = wish.limit == 0 ? "" : "\"uuids\":" + uuids(keyset, left, channel, members) + ',';
            written.add(JsonText.quote(entry.getKey()) + ":{" + uuids + "\"occupancy\":" + occupancy + '}');
        }
        return "{\"status\":200,\"message\":\"OK\",\"payload\":{\"channels\":{" + String.join(",", written)
                + "},\"total_channels\":" + written.size() + ",\"total_occupancy\":" + total
                + "},\"service\":\"Presence\"}";
    }

    private String uuids(Keyset keyset, Wish wish, ChannelName channel, Members members) {
        return members.members().stream()
                .map(member -> new Named(Guest.shown(channel, member), member))
                .sorted(Comparator.comparing(Named::uuid))
                .skip(wish.offset)
                .limit(wish.limit)
                .map(named -> wish.states ? withState(keyset, channel, named) : JsonText.quote(named.uuid))
                .collect(Collectors.joining(",", "[", "]"));
    }

    private String withState(Keyset keyset, ChannelName channel, Named named) {
        String state = attendance
                .state(keyset, channel, named.member.user())
                .map(json -> ",\"state\":" + json)
                .orElse("");
        return "{\"uuid\":" + JsonText.quote(named.uuid) + state + '}';
    }
}
