package dev.mirror.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mirror.identity.Credentials;
import dev.mirror.message.CloseReason;
import dev.mirror.message.Protocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TestMirrorTest {
    private final TestMirror mirror = new TestMirror();

    @AfterEach
    void closeMirror() {
        mirror.close();
    }

    @Test
    void aPeerHasItsHelloWhenItIsConnected() {
        TestPeer old = mirror.connect("ann", Protocol.V1);
        TestPeer modern = mirror.connect("bob");

        assertThat(old.frames()).singleElement().asString().startsWith("{\"code\":\"registered.success\"");
        assertThat(modern.frames()).singleElement().asString().contains("\"userId\":\"bob\"");
    }

    @Test
    void whatOneSaysTheOtherHears() {
        TestPeer ann = mirror.connect("ann");
        TestPeer bob = mirror.connect("bob");
        bob.take();

        ann.send("{\"code\":\"message.direct\",\"id\":\"1\",\"channel\":\"ann.bob\",\"message\":\"hello\"}");

        assertThat(bob.frames()).anySatisfy(frame -> assertThat(frame).contains("hello"));
        assertThat(ann.frames()).anySatisfy(frame -> assertThat(frame).contains("\"re\":\"1\""));
    }

    @Test
    void timePassesOnlyWhenTheTestSaysSo() {
        TestPeer nobody = mirror.connect(Protocol.V1, Credentials.none());
        mirror.advance(Duration.ofMillis(9_999));
        assertThat(nobody.isEnded()).isFalse();
        mirror.advance(Duration.ofMillis(1));
        assertThat(nobody.closeReason()).contains(CloseReason.AUTH_REQUIRED);
    }

    @Test
    void aListenerHearsTheHelloAndTheEnd() {
        List<String> heard = new ArrayList<>();
        Credentials token = new Credentials.Token(mirror.users().token("ann"));
        TestPeer.Listener listener = new TestPeer.Listener() {
            @Override
            public void onText(String text) {
                heard.add("text");
            }

            @Override
            public void onEnd(int code, String reason) {
                heard.add(code + " " + reason);
            }
        };

        mirror.connect(Protocol.V1, token, listener).close();
        mirror.connect(Protocol.V1, token, listener);
        mirror.mirror().close();
        mirror.time().runAll();

        assertThat(heard).containsExactly("text", "1006 ", "text", "1012 restart");
    }

    @Test
    void aPeerThatDoesNotReadIsCutOff() {
        TestPeer ann = mirror.connect("ann");
        TestPeer bob = mirror.connect("bob");
        bob.send("{\"code\":\"channel.subscribe\",\"channel\":\"lobby\"}");
        bob.stall(3);
        for (int i = 0; i < 5; i++) {
            ann.send("{\"code\":\"channel.publish\",\"channel\":\"lobby\",\"message\":\"" + i + "\"}");
        }
        assertThat(bob.closeReason()).contains(CloseReason.SLOW_CONSUMER);
        assertThat(ann.isEnded()).isFalse();
    }

    @Test
    void aTimerLeftOpenFailsTheClose() {
        TestMirror other = new TestMirror();
        other.time().schedule(Duration.ofDays(1), () -> {});
        assertThatThrownBy(other::close).isInstanceOf(AssertionError.class).hasMessage("left open: 1 timers");
    }
}
