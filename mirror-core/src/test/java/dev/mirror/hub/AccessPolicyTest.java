package dev.mirror.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.channel.ChannelName;
import dev.mirror.hub.AccessPolicy.Action;
import dev.mirror.identity.Principal;
import dev.mirror.identity.UserId;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessPolicyTest {
    /** One letter for each action that ann may: Subscribe, Publish, History, siGnal, pResence. */
    @ParameterizedTest
    @CsvSource({
        "lobby,SPHGR",
        "ann-room,SPHGR",
        "bob-room,SPHGR",
        "ann.bob,SPHG",
        "bob.ann,SPHG",
        "ann.ann,SPHG",
        "@ann,SH",
        "bob.carl,''",
        "anna.bob,''",
        "@bob,''",
        "@anna,''",
        "pubnub:lobby,''",
        "ann:x,''"
    })
    void w8_whatAUserMayFollowsFromTheKindOfChannel(String channel, String allowed) {
        AccessPolicy policy = AccessPolicy.byKind();
        Principal ann = Principal.permanent(new UserId("ann"), "ann-room", "Ann");
        ChannelName name = ChannelName.parse(channel).orElseThrow();
        Map<Action, String> letters = Map.of(
                Action.SUBSCRIBE,
                "S",
                Action.PUBLISH,
                "P",
                Action.HISTORY,
                "H",
                Action.SIGNAL,
                "G",
                Action.PRESENCE,
                "R");
        String may = Arrays.stream(Action.values())
                .filter(action -> policy.allows(ann, action, name))
                .map(letters::get)
                .collect(Collectors.joining());
        assertThat(may).isEqualTo(allowed);
    }
}
