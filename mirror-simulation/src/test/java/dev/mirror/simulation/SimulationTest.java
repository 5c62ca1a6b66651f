package dev.mirror.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mirror.client.ClientBuilder;
import dev.mirror.client.ClientState;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private final Simulation world = new Simulation(1);
    private final Player alice = world.player("alice", "lobby");
    private final Player bot = world.bot("bot", "lobby", SimulationTest::polite);

    private static ClientBuilder polite(ClientBuilder builder) {
        return builder.onDirect((message, chat) -> chat.reply("I am only a bot"))
                .onChannel("lobby", (message, chat) -> {
                    if (message.text().equals("hi")) {
                        chat.reply("hello");
                    }
                });
    }

    @AfterEach
    void everythingEnds() {
        world.close();
    }

    @Test
    void botRepliesInARoom() {
        alice.says("hi");

        bot.shouldReply("hello");
        alice.shouldHear("hello");
    }

    @Test
    void botRepliesInPrivate() {
        alice.tells(bot, "who are you?");

        bot.shouldReply("I am only a bot");
    }

    @Test
    void botStaysSilent() {
        alice.says("good bye");

        bot.shouldStaySilent(Duration.ofMinutes(1));
        assertThatThrownBy(() -> bot.shouldReply("hello"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("hello")
                .hasMessageContaining("-Dmirror.seed=1");
    }

    @Test
    void replyThatWasNotExpectedIsAnError() {
        alice.says("hi");

        assertThatThrownBy(() -> bot.shouldReply("good day"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("hello");
    }

    @Test
    void botAnswersAfterACut() {
        world.network().cut("bot", true, true);
        alice.says("hi");
        bot.shouldStaySilent(Duration.ofMinutes(2));
        assertThat(bot.state()).isNotEqualTo(ClientState.CONNECTED);

        world.network().heal();

        bot.shouldReply("hello");
        bot.shouldStaySilent(Duration.ofMinutes(1));
    }

    @Test
    void botAnswersAfterTheServerWasKilled() {
        alice.says("hi");
        world.server().kill();
        world.pass(Duration.ofMinutes(1));

        world.server().start();

        bot.shouldReply("hello");
        bot.shouldStaySilent(Duration.ofMinutes(1));
    }
}
