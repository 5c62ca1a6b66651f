package dev.mirror.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.message.Frame;
import dev.mirror.simulation.history.Checker;
import dev.mirror.simulation.history.Violation;
import dev.mirror.testkit.time.VirtualTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whether a hub that holds too much is found out: each test is a fault that a hub could have. */
class GaugeTest {
    private static final Frame SMALL = Frame.of("{\"code\":\"reply.ok\",\"re\":\"0\"}");

    private static final Frame HELLO = Frame.of("{\"code\":\"registered.success\"}");

    private final VirtualTime time = new VirtualTime();
    private final Recorder recorder = new Recorder(time, new Transcript(time, false));
    private final Gauge gauge = new Gauge(recorder);

    @BeforeEach
    void aConnectionBegins() {
        gauge.began("mal/1");
        gauge.sent("mal/1", HELLO, 1);
    }

    private List<String> found() {
        gauge.report();
        return Checker.check(recorder.events()).violations().stream()
                .map(Violation::toString)
                .toList();
    }

    private void ask(String code, int count) {
        for (int i = 0; i < count; i++) {
            gauge.heard("mal/1", Frame.of("{\"code\":\"" + code + "\",\"id\":\"" + i + "\"}"));
        }
        gauge.taken("mal/1");
    }

    @Test
    void i7_whatIsAllowedIsAllowed() {
        ask("channel.history", 204);
        gauge.sent("mal/1", SMALL, Link.OUTBOX_BYTES);
        gauge.refused("mal/1");
        gauge.refused("mal/1");
        gauge.ended("mal/1");

        assertThat(found()).isEmpty();
    }

    @Test
    void i7_moreRequestsWaitThanMay() {
        ask("channel.history", 205);
        gauge.ended("mal/1");

        assertThat(found()).containsExactly("EXCEEDED: unanswered channel.history of one peer: 205, and at most 204");
    }

    @Test
    void i7_moreWaitsBeforeTheHelloThanMay() {
        gauge.began("mal/1");
        ask("session.ping", 33);
        gauge.ended("mal/1");

        assertThat(found()).containsExactly("EXCEEDED: requests before the hello: 33, and at most 32");
    }

    @Test
    void i7_w22_aRequestIsNeverAnswered() {
        ask("channel.publish", 1);

        assertThat(found()).containsExactly("EXCEEDED: requests that were never answered: 1, and at most 0");
    }

    @Test
    void w22_aRequestIsAnsweredTwice() {
        ask("channel.publish", 1);
        gauge.sent("mal/1", SMALL, 10);
        gauge.sent("mal/1", SMALL, 20);

        assertThat(found()).containsExactly("EXCEEDED: answers to one request beyond the first: 1, and at most 0");
    }

    @Test
    void i6_whoTakesNoMoreIsSentMore() {
        gauge.refused("lou/1");
        gauge.refused("lou/1");
        gauge.refused("lou/1");

        assertThat(found()).containsExactly("EXCEEDED: frames for a peer that takes no more: 3, and at most 2");
    }

    @Test
    void i6_moreOfThePastIsReadThanThePeerTakes() {
        gauge.published("lobby", 1_000_000);
        gauge.reads("lou/1", false);
        gauge.sent("lou/1", SMALL, 400_000);

        assertThat(found())
                .containsExactly("EXCEEDED: bytes of the past that wait for one peer: 400000, and at most 327680");
    }
}
