package dev.mirror.gateway.presence;

import dev.mirror.gateway.GatewayFixture;
import dev.mirror.gateway.TestCall;
import dev.mirror.gateway.state.MemoryStateStore;
import dev.mirror.gateway.state.StateStore;
import dev.mirror.identity.Principal;
import dev.mirror.identity.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** PubNub clients of a gateway in virtual time: they poll, listen to presence, and ask. */
final class PresenceFixture {
    private static final Pattern CURSOR = Pattern.compile("^\\{\"t\":\\{\"t\":\"(\\d{17})\",\"r\":(\\d+)\\},\"m\":\\[");
    /** 2026-01-01, and the millisecond after which the fixture begins. */
    static final long SECOND = 1_767_225_600L;

    static final String OK = "{\"status\":200,\"message\":\"OK\",\"service\":\"Presence\"}";

    private final GatewayFixture fixture;

    PresenceFixture() {
        this(new MemoryStateStore());
    }

    PresenceFixture(StateStore state) {
        fixture = new GatewayFixture(state);
    }

    GatewayFixture gateway() {
        return fixture;
    }

    /** The body of the answer to a presence call of the open keyset. */
    String ask(String tail) {
        return fixture.text(path("sub-c-1", tail));
    }

    TestCall call(String tail) {
        return fixture.get(path("sub-c-1", tail));
    }

    static String path(String subscribeKey, String tail) {
        return "/v2/presence/sub-key/" + subscribeKey + tail;
    }

    /** Somebody who listens, and gathers what it hears. */
    Listener listen(String subscribeKey, String channels, String query) {
        return new Listener("/v2/subscribe/" + subscribeKey + '/' + channels + "/0?" + query, null);
    }

    /** The same in the keyset with shared names, by somebody who is logged in. */
    Listener listenAs(String user, String channels, String query) {
        return new Listener("/v2/subscribe/sub-c-2/" + channels + "/0?" + query, user);
    }

    static Principal principal(String user) {
        return Principal.permanent(new UserId(user), user + "-room", "Name of " + user);
    }

    void pass(Duration time) {
        fixture.time().advance(time);
    }

    /** One client; its poll is asked again whenever it was answered. */
    final class Listener {
        private final String target;
        private final @Nullable String user;
        private TestCall poll;

        Listener(String target, @Nullable String user) {
            this.target = target;
            this.user = user;
            this.poll = begin("tt=0");
        }

        private TestCall begin(String cursor) {
            TestCall call = new TestCall("GET", target + '&' + cursor);
            if (user != null) {
                call.by(principal(user));
            }
            return fixture.ask(call);
        }

        /** Every message that came since, as JSON text. */
        List<String> heard() {
            List<String> all = new ArrayList<>();
            fixture.run();
            while (!poll.waits()) {
                String text = poll.text();
                Matcher matcher = CURSOR.matcher(text);
                if (!matcher.find()) {
                    throw new AssertionError(text);
                }
                TestCall.json(text).path("m").forEach(message -> all.add(message.toString()));
                poll = begin("tt=" + matcher.group(1) + "&tr=" + matcher.group(2));
            }
            return all;
        }

        /** What came since on presence twins: {@code channel payload}. */
        List<String> events() {
            return heard().stream()
                    .map(TestCall::json)
                    .filter(message -> message.path("c").asText().endsWith("-pnpres"))
                    .map(message -> message.path("c").asText() + ' ' + message.path("d"))
                    .toList();
        }

        /** The same without times: {@code channel action uuid occupancy}. */
        List<String> brief() {
            return heard().stream()
                    .map(TestCall::json)
                    .filter(message -> message.path("c").asText().endsWith("-pnpres"))
                    .map(message -> message.path("c").asText()
                            + ' '
                            + message.path("d").path("action").asText()
                            + ' '
                            + message.path("d").path("uuid").asText()
                            + ' '
                            + message.path("d").path("occupancy"))
                    .toList();
        }
    }
}
