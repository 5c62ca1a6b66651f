package dev.mirror.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** Messages that are edited, deleted and reacted to, between two people in two browsers. */
final class PageChangesTest extends TwoBrowsers {
    private static final String DELETED = "This message was deleted.";

    private static void talk(Person ada, Person grace) {
        ada.writesTo(grace.name());
        ada.says("from ada");
        grace.opens(ada.name());
        grace.reads("from ada");
        grace.says("from grace");
        ada.reads("from grace");
    }

    @Test
    void anEditReachesBothAndOutlivesAReload() {
        Person ada = ada("edit");
        Person grace = grace("edit");
        talk(ada, grace);
        ada.changes("from ada", "rather this");
        ada.seesStored("rather this");
        grace.reads("rather this");
        grace.changes("from grace", "then that");
        ada.reads("then that");
        ada.seesEdited("rather this");
        grace.seesEdited("rather this");
        ada.seesExactly("rather this", "then that");
        right.reload();
        grace.isOnline();
        grace.reads("rather this");
        grace.seesExactly("rather this", "then that");
        grace.seesUnread(ada.name(), "");
        assertThat(right.texts("#conversations .preview")).contains("You: then that");
    }

    @Test
    void aDeletedMessageLeavesAStubThatNothingCanBeDoneAbout() {
        Person ada = ada("delete");
        Person grace = grace("delete");
        talk(ada, grace);
        grace.reacts("from ada", "Heart");
        ada.seesReactions("from ada", "❤️1 from " + grace.name());
        ada.deletes("from ada");
        grace.reads(DELETED);
        ada.seesExactly(DELETED, "from grace");
        grace.seesExactly(DELETED, "from grace");
        for (Browser each : List.of(left, right)) {
            assertThat(each.all("#log .deleted .more:not([hidden]), #log .deleted .chip"))
                    .isEmpty();
        }
        grace.deletes("from grace");
        ada.seesExactly(DELETED, DELETED);
    }

    @Test
    void reactionsOfBothAreCountedAndNamed() {
        Person ada = ada("react");
        Person grace = grace("react");
        talk(ada, grace);
        grace.reacts("from ada", "Thumbs up");
        ada.seesReactions("from ada", "👍1 from " + grace.name());
        ada.reacts("from ada", "Thumbs up");
        ada.reacts("from ada", "Party");
        grace.seesReactions("from ada", "👍2 from you and " + ada.name(), "🎉1 from " + ada.name());
        right.click("#log .chip[aria-pressed=true]");
        ada.seesReactions("from ada", "👍1 from you", "🎉1 from you");
        right.click("#log .chip[data-value='🎉']");
        ada.seesReactions("from ada", "👍1 from you", "🎉2 from you and " + grace.name());
        left.reload();
        ada.isOnline();
        ada.seesReactions("from ada", "👍1 from you", "🎉2 from you and " + grace.name());
        ada.seesUnread(grace.name(), "");
    }

    @Test
    void nobodyEditsOrDeletesWhatAnotherSaid() {
        Person ada = ada("others");
        Person grace = grace("others");
        talk(ada, grace);
        grace.turnsTo("from ada");
        assertThat(right.one("#actions-edit").isDisplayed()).isFalse();
        assertThat(right.one("#actions-remove").isDisplayed()).isFalse();
        right.click("#actions .close");
        Map<String, Object> position = left.run("const row = document.querySelector('#log .mine').row;"
                + "return {epoch: row.epoch, offset: row.offset}");
        right.runAsync(
                "const [channel, epoch, offset, done] = arguments;"
                        + "const socket = new WebSocket('ws://' + location.host + '/ws', 'mirror.v2');"
                        + "const say = (id, change) => socket.send(JSON.stringify({code: 'channel.publish', id, channel,"
                        + " data: {amend: {epoch, offset, ...change}}}));"
                        + "socket.onmessage = ({data}) => { const frame = JSON.parse(data);"
                        + " if (frame.code === 'registered.success') { say('1', {edit: {value: 'forged'}}); say('2', {delete: true}); }"
                        + " if (frame.re === '2') { done(frame.code); socket.close(); } }",
                grace.userId() + "." + ada.userId(),
                position.get("epoch"),
                position.get("offset"));
        grace.says("after the forgery");
        ada.reads("after the forgery");
        ada.seesExactly("from ada", "from grace", "after the forgery");
    }

    @Test
    void inAChannelToo() {
        Person ada = ada("room");
        Person grace = grace("room");
        ada.joins("change-room");
        grace.joins("change-room");
        ada.says("one");
        grace.reads("one");
        grace.reacts("one", "Laughing");
        ada.changes("one", "two");
        grace.reads("two");
        ada.seesReactions("two", "😂1 from " + grace.name());
        grace.seesReactions("two", "😂1 from you");
    }

    @Test
    void anEditWaitsForTheServerAndCanBeLeft() {
        Person ada = ada("offline");
        ada.joins("offline-room");
        ada.says("first");
        ada.seesStored("first");
        ada.turnsTo("first");
        left.click("#actions-edit");
        left.see("#editing", "You are changing a message. Cancel");
        left.press(" and more", Keys.ESCAPE);
        left.waitUntil("the edit was left", () -> !left.one("#editing").isDisplayed());
        assertThat(left.one("#text").getDomProperty("value")).isEqualTo("");
        ada.seesExactly("first");
    }

    @Test
    void withoutAMouseTheFocusGoesThereAndBack() {
        Person ada = ada("keys");
        ada.joins("keys-room");
        ada.says("older");
        ada.says("newer");
        ada.seesStored("newer");
        left.click("#text");
        tabBackTo("newer");
        left.press(Keys.ARROW_UP);
        assertThat(focusedText()).isEqualTo("older");
        left.press(Keys.ENTER);
        left.one("#actions[open]");
        assertThat(left.focused().getAccessibleName()).isEqualTo("Thumbs up");
        left.press(Keys.ESCAPE);
        left.waitUntil("it is closed", () -> left.all("#actions[open]").isEmpty());
        assertThat(focusedText()).isEqualTo("older");
        left.press(Keys.ENTER);
        left.one("#actions[open]");
        left.press(Keys.ENTER);
        ada.seesReactions("older", "👍1 from you");
        assertThat(focusedText()).as("the focus is back").isEqualTo("older");
        left.press(Keys.ARROW_RIGHT, Keys.ENTER);
        ada.seesReactions("older");
        left.waitUntil(
                "the focus is not lost",
                () -> left.<Boolean>run("return document.querySelector('.column').contains(document.activeElement)"));
    }

    private static String focusedText() {
        return left.run("return document.activeElement.closest('.message')?.querySelector('.text').textContent ?? ''");
    }

    private static void tabBackTo(String text) {
        for (int i = 0; i < 10 && !focusedText().equals(text); i++) {
            left.pressWithShift(Keys.TAB);
        }
        assertThat(focusedText()).as("reached with the tab key").isEqualTo(text);
    }

    @Test
    void whatTheReaderLooksAtStaysWhereItIs() {
        Person ada = ada("steady");
        Person grace = grace("steady");
        ada.joins("steady-room");
        grace.joins("steady-room");
        for (int i = 1; i <= 40; i++) {
            ada.says("line " + i);
        }
        grace.reads("line 40");
        right.run("document.querySelector('#scroll').scrollTop = 300");
        String where = "const seen = [...document.querySelectorAll('#log .message')].find((each) =>"
                + " each.querySelector('.text').textContent === 'line 20');"
                + "return Math.round(seen.getBoundingClientRect().top)";
        long before = right.<Number>run(where).longValue();
        ada.reacts("line 2", "Heart");
        grace.seesReactions("line 2", "❤️1 from " + ada.name());
        assertThat(right.<Number>run(where).longValue()).isEqualTo(before);
    }
}
