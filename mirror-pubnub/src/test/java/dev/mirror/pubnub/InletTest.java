package dev.mirror.pubnub;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonPrimitive;
import dev.mirror.testkit.time.Await;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What gets through when it comes too fast, or cannot be handed on. */
class InletTest {
    private final PubNubBrokerOptions options =
            PubNubBrokerOptions.builder("pub", "sub").build();
    private final Talk talk = new Talk(options, new Retry(options.patience(), new SecureRandom()), "epoch");
    private final Shard shard = new Shard(new Shard.Surroundings(options, talk, (pause, task) -> {}, event -> {}));
    private final List<String> heard = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void end() {
        talk.close();
    }

    private Inlet inlet(int size, Consumer<Events.Event> outlet) {
        return new Inlet(size, Duration.ZERO, outlet, () -> heard.add("missed"));
    }

    private Events.Message message(long timetoken) {
        return new Events.Message(shard, "room", timetoken, new JsonPrimitive(timetoken));
    }

    private void note(Events.Event event) {
        heard.add(
                event instanceof Events.Message message
                        ? Long.toString(message.timetoken())
                        : event.getClass().getSimpleName());
    }

    /** A poll that ended and is not known to have ended is never made again. */
    @Test
    void p6_reportsGetInHoweverManyMessagesWait() {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        try (Inlet inlet = inlet(2, event -> {
            busy.countDown();
            Await.open("the test lets it go on", goesOn);
            note(event);
        })) {
            inlet.offer(message(1));
            Await.open("it is busy", busy);
            for (long i = 2; i <= 9; i++) {
                inlet.offer(message(i));
            }
            for (int i = 0; i < 3; i++) {
                inlet.offer(new Events.Broken(shard, 1, "on purpose"));
                inlet.offer(new Events.Connected(shard, 2));
            }
            goesOn.countDown();
            Await.until("the last message is heard", () -> heard.contains("3"));
        }
        assertThat(heard).containsSubsequence("1", "missed", "2", "3").doesNotContain("4");
        assertThat(heard.stream().filter("Broken"::equals)).hasSize(1);
        assertThat(heard.stream().filter("Connected"::equals)).hasSize(1);
    }

    @Test
    void p6_whatCannotBeHandedOnIsMissedAndNothingElseIs() {
        CountDownLatch goesOn = new CountDownLatch(1);
        try (Inlet inlet = inlet(10, event -> {
            Await.open("the test lets it go on", goesOn);
            if (event.equals(message(2))) {
                throw new IllegalStateException("on purpose");
            }
            note(event);
        })) {
            for (long i = 1; i <= 4; i++) {
                inlet.offer(message(i));
            }
            goesOn.countDown();
            Await.until("the last one is heard", () -> heard.contains("4"));
        }
        assertThat(heard).containsExactly("1", "missed", "3", "4");
    }
}
