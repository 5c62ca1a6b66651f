package dev.mirror.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody at a page that does as the page of 2018 did, and somebody at today's, each in a browser of their own. The old
 * page has PubNub's SDK of its time, which believes that it speaks to PubNub.
 */
final class LegacyPageTest {
    // Opened before the first test, closed after the last, by the test's thread.
    private static LegacyFront front;
    private static ChatServer server;
    private static Browser old;
    private static Browser today;

    @BeforeAll
    static void open(@TempDir Path folder) throws Exception {
        Browser.require();
        front = LegacyFront.open(folder, OldSdk.require());
        server = ChatServer.start(
                folder.resolve("data"), "--legacy-2018", "--allowed-origins=" + front.old() + ',' + front.today());
        front.leadsTo(server.port());
        old = Browser.open(Browser.profile(folder, "old"), 1100, 750, front.browser());
        today = Browser.open(Browser.profile(folder, "today"), 1100, 750);
    }

    @AfterAll
    static void close() throws Exception {
        // Also what was opened before something else could not be.
        for (AutoCloseable each : new AutoCloseable[] {today, old, server, front}) {
            if (each != null) {
                each.close();
            }
        }
    }

    private static OldPerson ada(String suffix) {
        return OldPerson.signsUp(old, front.old(), "ada-" + suffix);
    }

    private static Person grace(String suffix) {
        return Person.signsUp(today, front.today(), "grace-" + suffix);
    }

    /** Who said something is shown with it, and that nothing proves it. */
    private static void isUnverified(String text, OldPerson speaker) {
        assertThat(today.<String>run(
                        "return [...document.querySelectorAll('#log .theirs')]"
                                + ".find((each) => each.querySelector('.text').textContent === arguments[0])"
                                + ".querySelector('.speaker').innerText.replaceAll(/\\s+/g, ' ')",
                        text))
                .isEqualTo(speaker.name() + " unverified");
    }

    @Test
    void w57_theyTalkInARoom() {
        OldPerson ada = ada("room");
        Person grace = grace("room");
        ada.joins("kitchen");
        grace.joins("kitchen");
        ada.says("kitchen", "said in 2018");
        grace.reads("said in 2018");
        isUnverified("said in 2018", ada);
        ada.reads("kitchen", ada.name(), "said in 2018");
        grace.says("said today");
        ada.reads("kitchen", grace.name(), "said today");
        grace.joins(ada.channelId());
        grace.says("to your own channel");
        ada.reads(ada.channelId(), grace.name(), "to your own channel");
        assertThat(ada.all("kitchen")).containsExactly(ada.name() + ": said in 2018", grace.name() + ": said today");
        today.assertCleanConsole();
    }

    @Test
    void w16_aConversationThatTodaysPageBegins() {
        OldPerson ada = ada("asked");
        Person grace = grace("asked");
        String channel = grace.userId() + '.' + ada.userId();
        grace.writesTo(ada.name());
        grace.says("the first thing");
        ada.reads(channel, grace.name(), "the first thing");
        ada.says(channel, "an answer");
        grace.reads("an answer");
        isUnverified("an answer", ada);
        grace.says("the last thing");
        ada.reads(channel, grace.name(), "the last thing");
        assertThat(ada.all(channel))
                .containsExactly(
                        grace.name() + ": the first thing",
                        ada.name() + ": an answer",
                        grace.name() + ": the last thing");
        grace.seesExactly("the first thing", "an answer", "the last thing");
        today.assertCleanConsole();
    }

    @Test
    void w41_aConversationThatTheOldPageBegins() {
        OldPerson ada = ada("asks");
        Person grace = grace("asks");
        String channel = ada.userId() + '.' + grace.userId();
        ada.writesTo(grace.userId());
        grace.opens(ada.name());
        ada.says(channel, "are you there?");
        grace.reads("are you there?");
        isUnverified("are you there?", ada);
        grace.says("I am");
        ada.reads(channel, grace.name(), "I am");
        grace.changes("I am", "I was");
        grace.seesEdited("I was");
        grace.says("and will be");
        ada.reads(channel, grace.name(), "and will be");
        assertThat(ada.all(channel))
                .as("the old page knows nothing of changes, and shows nothing odd instead")
                .containsExactly(
                        ada.name() + ": are you there?", grace.name() + ": I am", grace.name() + ": and will be");
        today.assertCleanConsole();
    }

    @Test
    void w31_theyGoOnAfterARestart() {
        OldPerson ada = ada("restart");
        Person grace = grace("restart");
        String channel = grace.userId() + '.' + ada.userId();
        ada.joins("garden");
        grace.joins("garden");
        grace.writesTo(ada.name());
        grace.says("before");
        ada.reads(channel, grace.name(), "before");
        server.close();
        server.startAgain();
        grace.isOnline();
        grace.says("after");
        ada.reads(channel, grace.name(), "after");
        ada.says(channel, "so it is");
        grace.reads("so it is");
        ada.says("garden", "here, too");
        grace.seesUnread("garden", "1 unread"); // and its place in the list has changed
        grace.opens("garden");
        grace.reads("here, too");
        grace.says("good");
        ada.reads("garden", grace.name(), "good");
        ada.logsIn(front.old());
        ada.joins("garden");
        grace.says("who comes again");
        ada.reads("garden", grace.name(), "who comes again");
    }
}
