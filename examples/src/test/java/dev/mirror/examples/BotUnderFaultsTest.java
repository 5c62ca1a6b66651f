package dev.mirror.examples;

import dev.mirror.simulation.Player;
import dev.mirror.simulation.Simulation;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How to test a bot against what goes wrong: the real server and client in virtual time, and a network that breaks. */
final class BotUnderFaultsTest {
    private final Simulation world = new Simulation(1);
    private final Player echo = world.bot("echo", "lobby", EchoBot::echo);
    private final Player alice = world.player("alice", "lobby");

    @AfterEach
    void everythingEnds() {
        world.close();
    }

    @Test
    void botAnswersOnceHoweverOftenTheNetworkBreaks() {
        for (int i = 0; i < 5; i++) {
            alice.tells(echo, "hello " + i);
            world.network().cut();
            world.pass(Duration.ofMinutes(1));
            world.network().heal();
        }
        for (int i = 0; i < 5; i++) {
            echo.shouldReply("You said: hello " + i);
        }
        echo.shouldStaySilent(Duration.ofMinutes(10));
    }

    @Test
    void botAnswersAfterTheServerWasKilledBetweenQuestionAndAnswer() {
        alice.says("!echo still there?");
        world.pass(Duration.ofMillis(15));
        world.server().kill();
        world.pass(Duration.ofMinutes(1));
        world.server().start();

        echo.shouldReply("still there?");
        alice.shouldHear("still there?");
        echo.shouldStaySilent(Duration.ofMinutes(10));
    }
}
