package dev.mirror.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.hub.Mirror;
import dev.mirror.memory.MemoryBroker;
import dev.mirror.memory.MemoryPresence;
import dev.mirror.memory.MemoryRelayStore;
import dev.mirror.testkit.fake.StaticAuthenticator;
import dev.mirror.testkit.time.SeededRandom;
import dev.mirror.testkit.time.VirtualTime;
import org.junit.jupiter.api.Test;

class HubTest {
    private final VirtualTime time = new VirtualTime();
    private final StaticAuthenticator users = new StaticAuthenticator(time);
    private final MemoryBroker broker = new MemoryBroker(time, SeededRandom.of(2));
    private final Mirror mirror = Mirror.builder()
            .authenticator(users)
            .broker(broker)
            .conversations(broker.conversations())
            .presence(new MemoryPresence(time))
            .relays(new MemoryRelayStore())
            .clock(time)
            .scheduler(time)
            .random(SeededRandom.of(1))
            .build();

    @Test
    void w16_aRequestForADirectMessageIsRelayedFromLoopToLoop() {
        WebSocketOptions options = WebSocketOptions.builder().loops(2).build();
        try (WebSocketTransport transport = new WebSocketTransport(mirror, options).start();
                RawClient ann = new RawClient(transport.port());
                RawClient bob = new RawClient(transport.port())) {
            ann.upgrade("Authorization: Bearer " + users.token("ann"));
            assertThat(ann.read().text()).startsWith("{\"code\":\"registered.success\",\"message\":\"Registered\"");
            bob.upgrade("Authorization: Bearer " + users.token("bob"));
            assertThat(bob.read().text()).startsWith("{\"code\":\"registered.success\"");

            ann.text("{\"code\":\"message.direct\",\"channel\":\"ann.bob\"}");

            assertThat(bob.read().text())
                    .isEqualTo("{\"code\":\"subscribe.direct\",\"message\":\"\",\"websocketId\":\"\",\"userId\":\"\","
                            + "\"channel\":\"ann.bob\"}");
        }
    }

    @Test
    void whoeverIsConnectedIsToldThatTheServerGoesDown() {
        WebSocketTransport transport = new WebSocketTransport(mirror, WebSocketOptions.defaults()).start();
        try (RawClient known = new RawClient(transport.port());
                RawClient unknown = new RawClient(transport.port())) {
            known.upgrade("Authorization: Bearer " + users.token("ann"));
            unknown.upgrade();
            assertThat(known.read().text()).contains("registered.success");
            assertThat(unknown.read().text()).contains("registered.success");

            transport.drain();

            assertThat(known.readToClose()).isEqualTo(1012);
            assertThat(unknown.readToClose()).isEqualTo(1012);
        } finally {
            transport.close();
        }
        assertThat(transport.stats().connections()).isZero();
    }
}
