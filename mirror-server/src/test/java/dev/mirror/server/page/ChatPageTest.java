package dev.mirror.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** Two people in two browsers, at a whole server. */
final class ChatPageTest extends TwoBrowsers {
    @Test
    void w41_twoUsersWriteToEachOtherByName() {
        Person ada = ada("direct");
        Person grace = grace("direct");
        ada.writesTo(grace.name());
        ada.says("Hello Grace");
        ada.seesStored("Hello Grace");
        grace.seesUnread(ada.name(), "1 unread");
        grace.opens(ada.name());
        grace.reads("Hello Grace");
        grace.seesUnread(ada.name(), "");
        grace.says("Hello Ada");
        ada.reads("Hello Ada");
        ada.says("And again");
        grace.reads("And again");
        ada.seesExactly("Hello Grace", "Hello Ada", "And again");
        grace.seesExactly("Hello Grace", "Hello Ada", "And again");
        left.see("#subtitle", "Online");
    }

    @Test
    void w41_aUserIsFoundByIdToo() {
        Person ada = ada("by-id");
        Person grace = grace("by-id");
        ada.writesTo(grace.userId());
        ada.says("found you");
        ada.seesStored("found you");
        left.see("#title", grace.name());
        grace.opens(ada.name());
        grace.says("so you did");
        ada.reads("so you did");
    }

    @Test
    void w43_aUserWhoDoesNotExistIsToldAsAFailureThatCanBeRetried() {
        Person ada = ada("nobody");
        left.go(server.address() + "/chat#u=" + "x".repeat(22));
        ada.isOnline();
        ada.says("anybody?");
        left.see("#log .failed .reason", "Not sent. There is no user with this id.");
        left.click("#log .failed button[data-do=retry]");
        left.see("#log .failed .reason", "Not sent. There is no user with this id.");
        left.click("#log .failed button[data-do=discard]");
        left.waitUntil("the message is gone", () -> left.all("#log .message").isEmpty());
    }

    @Test
    void aNameThatNobodyHasIsSaidInTheDialog() {
        ada("wrong");
        left.click("#new-direct");
        left.type("#ask-text", "nobody-at-all", Keys.ENTER);
        left.see("#ask-error", "Nobody has this name or id.");
        left.press(Keys.ESCAPE);
        left.waitUntil("the dialog is closed", () -> left.all("#ask[open]").isEmpty());
    }

    @Test
    void w8_aChannelReachesEverybodyInIt() {
        Person ada = ada("room");
        Person grace = grace("room");
        ada.joins("kitchen");
        grace.joins("#kitchen");
        left.see("#subtitle", "2 here");
        left.click("#show-who");
        left.see("#members bdi", grace.name());
        left.see("#members bdi", ada.name() + " (you)");
        right.type("#text", "who");
        left.see("#typing", grace.name() + " is typing …");
        right.press(" made the cake?", Keys.ENTER);
        ada.reads("who made the cake?");
        left.see("#log .theirs .speaker", grace.name());
        ada.says("I did");
        grace.reads("I did");
        right.click("#leave");
        left.see("#subtitle", "1 here");
        ada.says("come back");
        ada.seesStored("come back");
        grace.joins("kitchen");
        grace.seesExactly("who made the cake?", "I did", "come back");
    }

    @Test
    void w8_everybodyCanWriteOnAUsersOwnChannel() {
        Person ada = ada("own");
        Person grace = grace("own");
        grace.joins(ada.channelId());
        grace.says("to your channel");
        ada.seesUnread("My channel", "1 unread");
        ada.opens("My channel");
        ada.reads("to your channel");
    }

    @Test
    void w39_historyIsThereOnOpeningAndOlderPagesOnAsking() {
        Person ada = ada("history");
        ada.joins("long-history");
        for (int i = 1; i <= 70; i++) {
            ada.says("line " + i);
        }
        ada.seesStored("line 70");
        Person grace = grace("history");
        grace.joins("long-history");
        grace.reads("line 70");
        assertThat(right.texts("#log .text")).hasSize(50).first().isEqualTo("line 21");
        right.run("document.querySelector('#scroll').scrollTop = 0");
        grace.reads("line 1");
        assertThat(right.texts("#log .text")).hasSize(70);
        assertThat(right.one("#older").isDisplayed()).isFalse();
    }

    @Test
    void w42_ownMessagesFromAnotherDeviceAppear() {
        Person grace = grace("devices");
        Person ada = ada("devices");
        ada.writesTo(grace.name());
        ada.says("from the first device");
        ada.seesStored("from the first device");
        Person sameAda = ada.logsInWith(right);
        sameAda.opens(grace.name());
        sameAda.seesStored("from the first device");
        sameAda.says("from the second device");
        ada.seesStored("from the second device");
        ada.seesUnread(grace.name(), "");
    }

    @Test
    void w31_aReloadResumesWithItsConversationsAndMarks() {
        Person ada = ada("reload");
        Person grace = grace("reload");
        grace.joins("reload-room");
        grace.opens("My channel");
        ada.joins("reload-room");
        ada.says("one");
        grace.seesUnread("reload-room", "1 unread");
        right.go("about:blank");
        ada.says("two");
        ada.seesStored("two");
        right.go(server.address() + "/chat");
        grace.isOnline();
        grace.seesUnread("reload-room", "2 unread");
        grace.opens("reload-room");
        grace.seesExactly("one", "two");
        right.see("#log .line.new", "New");
    }

    @Test
    void w32_afterARestartWhatWasSaidMeanwhileIsSent() {
        Person ada = ada("restart");
        Person grace = grace("restart");
        ada.joins("restart-room");
        grace.joins("restart-room");
        ada.says("before");
        grace.reads("before");
        server.close();
        left.waitUntil("the banner is shown", () -> left.one("#banner").isDisplayed());
        ada.says("while it was down");
        left.see("#log .mine.sending .text", "while it was down");
        left.see("#log .mine.sending .status .unseen", "Sending");
        server.startAgain();
        ada.seesStored("while it was down");
        grace.reads("while it was down");
        left.waitUntil("the banner is gone", () -> !left.one("#banner").isDisplayed());
        ada.says("after");
        grace.reads("after");
        grace.seesExactly("before", "while it was down", "after");
        assertThat(left.texts("#log .gap")).as("nothing is missing").isEmpty();
    }

    @Test
    void w11_reconnectNowDoesNotWaitForTheCountdown() {
        Person ada = ada("now");
        server.close();
        left.waitUntil(
                "a countdown",
                () -> left.texts("#banner-text").get(0).matches("You are offline. Trying again in \\d+ s."));
        server.startAgain();
        left.run("const now = document.querySelector('#banner-now'); if (!now.disabled) { now.click(); }");
        ada.isOnline();
    }

    @Test
    void w27_whoLogsOutElsewhereIsTakenToTheDoor() {
        Person ada = ada("logout");
        left.click("#open-me");
        left.click("#logout button[type=submit]");
        left.one("#login");
        assertThat(left.one("#notice").isDisplayed()).isFalse();
        assertThat(left.address()).isEqualTo(server.address() + "/");
        left.go(server.address() + "/chat");
        left.one("#login");
        Person again = ada.logsInWith(right);
        String ended = "fetch('/auth/logout', {method: 'POST', headers: {Accept: 'application/json'}})";
        again.browser().run(ended);
        right.see("#notice", "You are logged out. Log in to go on.");
    }

    @Test
    void theLandingPageSaysWhatWentWrong() {
        Person ada = ada("landing");
        left.forgetCookies();
        left.go(server.address() + "/");
        left.type("#login-name", ada.name());
        left.type("#login-password", "not the password", Keys.ENTER);
        left.see("#notice", "That name and password do not belong together. Please try again.");
        left.click("#tab-create");
        left.type("#create-name", ada.name());
        left.type("#create-password", "some other password", Keys.ENTER);
        left.see("#notice", "Somebody already has this name. Please choose another one.");
        assertThat(left.one("#create").isDisplayed()).isTrue();
        assertThat(left.address()).isEqualTo(server.address() + "/");
        for (String code :
                List.of("bad-name", "bad-password", "too-many", "busy", "signed-out", "never-heard-of", "__proto__")) {
            left.go(server.address() + "/?error=" + code);
            assertThat(left.texts("#notice").get(0))
                    .as(code)
                    .isNotBlank()
                    .endsWith(".")
                    .doesNotContain("__proto", "never");
        }
    }

    @Test
    void ownIdsCanBeCopied() {
        Person ada = ada("copy");
        left.click("#open-me");
        left.click("#me [data-copy=my-user-id]");
        left.waitUntil("an answer", () -> !left.texts("#announcer").get(0).equals("You are connected."));
        assertThat(left.texts("#announcer").get(0)).isIn("Copied.", "Selected. Copy it with your keyboard.");
        assertThat(ada.userId()).hasSize(22).isNotEqualTo(ada.channelId());
    }
}
