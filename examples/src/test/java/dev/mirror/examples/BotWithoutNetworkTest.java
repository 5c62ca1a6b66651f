package dev.mirror.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.client.ClientState;
import dev.mirror.client.ClientTransport;
import dev.mirror.client.MirrorClient;
import dev.mirror.identity.Credentials;
import dev.mirror.message.CloseReason;
import dev.mirror.message.Frame;
import dev.mirror.message.Protocol;
import dev.mirror.testkit.TestMirror;
import dev.mirror.testkit.TestPeer;
import dev.mirror.testkit.time.VirtualTime;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How to test a bot: no network, no thread, no waiting; a day passes at once. */
final class BotWithoutNetworkTest {
    private final TestMirror mirror = new TestMirror();
    private final List<TestPeer> lines = new ArrayList<>();
    private final MirrorClient bot = EchoBot.echo(MirrorClient.builder(URI.create("ws://unused.invalid")))
            .token(mirror.users().token("echo"))
            .transport(this::open)
            .time(mirror.time()::lane, (delay, task) -> mirror.time().schedule(delay, task)::cancel, this::nanos)
            .build();

    private long nanos() {
        return Duration.between(VirtualTime.START, mirror.time().instant()).toNanos();
    }

    /** The bot's way to the mirror. */
    private ClientTransport.Connection open(String token, Executor lane, ClientTransport.Listener listener) {
        TestPeer peer = mirror.connect(Protocol.V2, new Credentials.Token(token), new TestPeer.Listener() {
            @Override
            public void onText(String text) {
                lane.execute(() -> listener.received(text.getBytes(StandardCharsets.UTF_8)));
            }

            @Override
            public void onEnd(int code, String reason) {
                lane.execute(() -> listener.closed(new CloseReason(code, reason)));
            }
        });
        lines.add(peer);
        return new ClientTransport.Connection() {
            @Override
            public void send(Frame frame) {
                peer.send(frame.toString());
            }

            @Override
            public void close(CloseReason reason) {
                peer.close();
            }

            @Override
            public void abort() {
                peer.close();
            }
        };
    }

    @AfterEach
    void everythingEnds() {
        bot.close();
        mirror.close();
    }

    @Test
    void botAnswersADirectMessage() {
        bot.connect();
        TestPeer ann = mirror.connect("ann");
        ann.send("{\"code\":\"message.direct\",\"channel\":\"ann.echo\",\"message\":\"hello\"}");

        assertThat(ann.frames().toString()).contains("You said: hello");
    }

    @Test
    void botAnswersWhatWasSaidWhileItWasAway() {
        bot.connect();
        mirror.advance(Duration.ofHours(24));
        lines.get(0).close();
        TestPeer ann = mirror.connect("ann");
        ann.send("{\"code\":\"message.direct\",\"channel\":\"ann.echo\",\"message\":\"anybody?\"}");
        assertThat(bot.state()).isEqualTo(ClientState.DISCONNECTED);

        mirror.advance(Duration.ofSeconds(1));

        assertThat(ann.frames().toString()).contains("You said: anybody?");
    }
}
