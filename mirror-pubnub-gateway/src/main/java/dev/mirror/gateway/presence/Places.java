package dev.mirror.gateway.presence;

import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.keyset.ChannelNames;
import dev.mirror.gateway.keyset.Keyset;
import dev.mirror.gateway.stream.Interest;
import java.util.ArrayList;
import java.util.List;

/** From what somebody listens to, or asks about, to the channels that one can be in: presence twins are none. */
final class Places {
    private Places() {}

    /**
     * A channel.
     *
     * @param name as the client spells it
     * @param match the same, or the group that it is in
     */
    record Place(String name, String match, ChannelName channel) {}

    /** The channels of interests. */
    static List<Place> of(Keyset keyset, List<Interest> interests) {
        List<Place> places = new ArrayList<>(interests.size());
        for (Interest interest : interests) {
            ChannelName log = interest.log();
            String name = interest.channel();
            if (log != null && name != null) {
                places.add(new Place(name, interest.match(), log));
            } else if (!interest.isPresence() && ChannelNames.isWildcard(interest.match())) {
                ChannelName channel = ChannelNames.wildcard(keyset, interest.match());
                places.add(new Place(interest.match(), interest.match(), channel));
            }
        }
        return places;
    }
}
