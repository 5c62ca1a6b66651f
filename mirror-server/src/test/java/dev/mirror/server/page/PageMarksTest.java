package dev.mirror.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How far what was said has come: what the speaker sees of it, and what every device of the other one counts. */
final class PageMarksTest {
    // Opened before the first test, closed after the last, by the test's thread.
    private static ChatServer server;
    private static final List<Browser> BROWSERS = new ArrayList<>();

    @BeforeAll
    static void open(@TempDir Path folder) throws IOException {
        Browser.require();
        server = ChatServer.start(folder.resolve("data"));
        for (String name : List.of("left", "right", "other")) {
            BROWSERS.add(Browser.open(Browser.profile(folder, name), 1100, 750));
        }
    }

    @AfterAll
    static void close() {
        if (server != null) {
            BROWSERS.forEach(Browser::close);
            server.close();
        }
    }

    @AfterEach
    void nothingWasRefusedByThePolicy() {
        BROWSERS.forEach(Browser::assertCleanConsole);
    }

    private static Browser left() {
        return BROWSERS.get(0);
    }

    private static Browser right() {
        return BROWSERS.get(1);
    }

    private static Browser other() {
        return BROWSERS.get(2);
    }

    private static Person ada(String suffix) {
        return Person.signsUp(left(), server, "ada-" + suffix);
    }

    private static Person grace(String suffix) {
        return Person.signsUp(right(), server, "grace-" + suffix);
    }

    @Test
    void w47_theSpeakerSeesThatItIsStoredReceivedAndRead() {
        Person ada = ada("steps");
        Person grace = grace("steps");
        right().go("about:blank");
        ada.writesTo(grace.name());
        ada.says("are you there?");
        ada.seesReceipt("Stored");
        right().go(server.address() + "/chat");
        ada.seesReceipt("Received");
        grace.opens(ada.name());
        grace.reads("are you there?");
        ada.seesReceipt("Read");
        grace.says("I am");
        grace.seesReceipt("Read");
        ada.reads("I am");
        ada.says("good");
        ada.seesReceipt("Read");
        left().reload();
        ada.isOnline();
        ada.seesReceipt("Read");
        assertThat(left().texts("#log .receipt").stream().filter(text -> !text.isEmpty()))
                .as("only below the last own message")
                .hasSize(1);
    }

    @Test
    void w46_whatIsBelowTheScreenIsNotRead() {
        Person ada = ada("below");
        Person grace = grace("below");
        ada.writesTo(grace.name());
        for (int i = 1; i <= 30; i++) {
            ada.says("line " + i);
        }
        grace.opens(ada.name());
        grace.reads("line 30");
        ada.seesReceipt("Read");
        right().run("document.querySelector('#scroll').scrollTop = 100");
        right().waitUntil(
                        "the reader left the end", () -> right().one("#newest").isDisplayed());
        ada.says("the newest");
        grace.reads("the newest");
        ada.seesReceipt("Received");
        grace.seesUnread(ada.name(), "1 unread");
        right().click("#newest");
        ada.seesReceipt("Read");
        grace.seesUnread(ada.name(), "");
    }

    @Test
    void w46_whatIsReadOnOneDeviceIsReadOnTheOther() {
        Person ada = ada("devices");
        Person grace = grace("devices");
        Person sameGrace = grace.logsInWith(other());
        ada.writesTo(grace.name());
        ada.says("one");
        ada.says("two");
        grace.seesUnread(ada.name(), "2 unread");
        sameGrace.seesUnread(ada.name(), "2 unread");
        grace.opens(ada.name());
        grace.reads("two");
        grace.seesUnread(ada.name(), "");
        sameGrace.seesUnread(ada.name(), "");
        ada.reacts("two", "Heart");
        ada.says("three");
        sameGrace.opens(ada.name());
        sameGrace.reads("three");
        grace.reads("three");
        ada.seesReceipt("Read");
        for (Person each : List.of(grace, sameGrace)) {
            each.seesUnread(ada.name(), "");
        }
    }

    @Test
    void w48_aNewDeviceKnowsWhatIsUnread() {
        Person ada = ada("new");
        Person grace = grace("new");
        ada.writesTo(grace.name());
        ada.says("read");
        grace.opens(ada.name());
        grace.reads("read");
        ada.seesReceipt("Read");
        right().go("about:blank");
        ada.says("not read");
        ada.changes("not read", "not read yet");
        ada.says("nor this");
        ada.reacts("nor this", "Party");
        ada.seesReactions("nor this", "🎉1 from you");
        Person sameGrace = grace.logsInWith(other());
        sameGrace.seesUnread(ada.name(), "2 unread");
        other().see("#conversations .preview", "nor this");
        sameGrace.opens(ada.name());
        sameGrace.seesExactly("read", "not read yet", "nor this");
        sameGrace.seesUnread(ada.name(), "");
        right().go(server.address() + "/chat");
        grace.isOnline();
        grace.seesUnread(ada.name(), "");
    }

    @Test
    void w48_whoIsAwayWasLastSeen() {
        Person ada = ada("seen");
        Person grace = grace("seen");
        ada.writesTo(grace.name());
        ada.says("hello");
        left().see("#subtitle", "Online");
        right().go("about:blank");
        left().waitUntil("last seen", () -> left().texts("#subtitle").get(0).startsWith("Away, last seen "));
        left().reload();
        ada.isOnline();
        left().waitUntil("still", () -> left().texts("#subtitle").get(0).startsWith("Away, last seen "));
    }
}
