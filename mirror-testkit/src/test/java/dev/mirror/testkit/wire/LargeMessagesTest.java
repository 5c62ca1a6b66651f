package dev.mirror.testkit.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.message.JsonCodec;
import dev.mirror.message.Protocol;
import dev.mirror.message.ServerMessage;
import dev.mirror.testkit.TestMirror;
import dev.mirror.testkit.TestPeer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Publications near the size limit: a few of them fill an outbox, so neither resume nor history may send them all. */
class LargeMessagesTest {
    private static final int COUNT = 40;
    private static final String BODY = "x".repeat(30_000);

    private final TestMirror mirror = new TestMirror();
    private String epoch = "";

    @BeforeEach
    void aRoomFullOfLargePublications() {
        TestPeer ann = mirror.connect("ann");
        ann.take();
        for (int i = 1; i <= COUNT; i++) {
            ann.send("{\"code\":\"channel.publish\",\"id\":\"p" + i + "\",\"channel\":\"lobby\",\"data\":\"" + BODY
                    + "\"}");
        }
        epoch = ann.take().stream()
                .map(LargeMessagesTest::read)
                .map(answer -> ((ServerMessage.Ok) answer).position())
                .reduce((first, second) -> second)
                .orElseThrow()
                .epoch();
        ann.close();
    }

    @AfterEach
    void nothingIsLeftOpen() {
        mirror.close();
    }

    @Test
    void w31_aResumeSendsNoMoreAtOnceThanThePeerReads() {
        TestPeer bob = mirror.connect("bob");
        bob.take();
        bob.stall(12);
        bob.send("{\"code\":\"channel.subscribe\",\"id\":\"s\",\"channel\":\"lobby\",\"epoch\":\"" + epoch
                + "\",\"offset\":0}");
        bob.resume();

        assertThat(bob.closeReason()).isEmpty();
        assertThat(offsets(bob.take()))
                .isEqualTo(LongStream.rangeClosed(1, COUNT).boxed().toList());
    }

    @Test
    void w39_anAnswerHoldsAsMuchOfAHistoryAsFits() {
        TestPeer bob = mirror.connect("bob");
        bob.take();
        bob.send("{\"code\":\"channel.history\",\"id\":\"h\",\"channel\":\"lobby\"}");
        bob.send("{\"code\":\"channel.history\",\"id\":\"f\",\"channel\":\"lobby\",\"data\":{\"backward\":false}}");

        List<String> answers = bob.take();
        assertThat(answers)
                .hasSize(2)
                .allSatisfy(answer -> assertThat(answer.length()).isLessThan(300_000));
        List<Long> latest = history(answers.get(0));
        assertThat(latest)
                .isEqualTo(LongStream.rangeClosed(COUNT - latest.size() + 1, COUNT)
                        .boxed()
                        .toList());
        List<Long> oldest = history(answers.get(1));
        assertThat(oldest)
                .hasSizeGreaterThan(1)
                .isEqualTo(LongStream.rangeClosed(1, oldest.size()).boxed().toList());
    }

    private static List<Long> history(String answer) {
        ServerMessage.Ok ok = (ServerMessage.Ok) read(answer);
        return JsonCodec.of(Protocol.V2).decodeHistory(String.valueOf(ok.data())).stream()
                .map(event -> event.publication().position().offset())
                .toList();
    }

    private static List<Long> offsets(List<String> frames) {
        return IntStream.range(0, frames.size())
                .mapToObj(i -> read(frames.get(i)))
                .filter(ServerMessage.Event.class::isInstance)
                .map(event ->
                        ((ServerMessage.Event) event).publication().position().offset())
                .toList();
    }

    private static ServerMessage read(String frame) {
        byte[] bytes = frame.getBytes(StandardCharsets.UTF_8);
        return JsonCodec.of(Protocol.V2).decodeServer(bytes, 0, bytes.length);
    }
}
