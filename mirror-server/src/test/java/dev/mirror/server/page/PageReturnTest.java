package dev.mirror.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page still has after a reload, beside another tab, and after the server's log has begun anew. */
final class PageReturnTest extends TwoBrowsers {
    /** Says several things as fast as the page takes them. */
    private static final String SAY_ALL = "for (const text of arguments[0]) {"
            + " document.querySelector('#text').value = text;"
            + " document.querySelector('#composer').requestSubmit(); }";

    /** The other tab saves what it knows, which is less, as it does when it is hidden. */
    @Test
    void w36_whatWaitsInATabIsSentAfterAReloadWhateverAnotherTabHasSaved() {
        Person grace = grace("tabs");
        String graceId = grace.userId();
        Person ada = ada("tabs");
        String first = left.tab();
        String second = left.newTab();
        left.go(server.address() + "/chat");
        ada.isOnline();
        left.turnTo(first);
        server.close();
        left.waitUntil("the banner is shown", () -> left.one("#banner").isDisplayed());
        left.run("location.hash = arguments[0]", "u=" + graceId);
        ada.says("hello");
        left.see("#log .mine.sending .text", "hello");
        left.run("dispatchEvent(new PageTransitionEvent('pagehide'))");
        left.turnTo(second);
        left.run("dispatchEvent(new PageTransitionEvent('pagehide'))");
        left.closeTab();
        left.turnTo(first);
        left.run("localStorage.clear()"); // as where there was no room for it
        server.startAgain();
        left.go(server.address() + "/chat");
        ada.isOnline();
        grace.opens(ada.name());
        grace.reads("hello");
    }

    /** The log goes on in another epoch, under a conversation that is open and longer than what is read of a gap. */
    @Test
    void w31_anOpenConversationIsThereAgainAfterARestore(@TempDir Path folder) {
        Person ada = ada("restore");
        Person grace = grace("restore");
        ada.writesTo(grace.name());
        ada.says("begin");
        grace.opens(ada.name());
        grace.reads("begin");
        for (int from = 1; from <= 300; from += 50) {
            List<String> texts =
                    IntStream.range(from, from + 50).mapToObj(i -> "line " + i).toList();
            left.run(SAY_ALL, texts);
            ada.seesStored(texts.get(49));
            grace.reads(texts.get(49));
        }
        Path backup = folder.resolve("backup.db");
        server.backUp(backup);
        server.startAgainFrom(backup);
        right.run("const now = document.querySelector('#banner-now'); if (now && !now.disabled) { now.click(); }");
        grace.isOnline();
        ada.isOnline();
        ada.says("after the restore");
        grace.reads("after the restore");
        right.waitUntil(
                "what was said before is there", () -> right.texts("#log .text").contains("line 300"));
        grace.seesUnread(ada.name(), "");
        assertThat(right.texts("#log .text")).endsWith("line 299", "line 300", "after the restore");
        right.waitUntil("all is there", () -> {
            right.run("document.querySelector('#scroll').scrollTop = 0");
            return right.texts("#log .text").contains("begin");
        });
        assertThat(right.texts("#log .text")).doesNotHaveDuplicates().contains("line 1", "line 150", "line 300");
    }
}
