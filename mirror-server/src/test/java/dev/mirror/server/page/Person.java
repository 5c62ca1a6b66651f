package dev.mirror.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** Somebody who uses the chat page: what they do, and what they wait to see. */
final class Person {
    /** The message with a text. */
    private static final String MESSAGE = "const of = (text) => [...document.querySelectorAll('#log .message')]"
            + ".find((each) => each.querySelector('.text').textContent === text);";

    private final Browser browser;
    private final String address;
    private final String name;

    private Person(Browser browser, String address, String name) {
        this.browser = browser;
        this.address = address;
        this.name = name;
    }

    /** Signs up at the landing page; whoever used this browser before is forgotten. */
    static Person signsUp(Browser browser, ChatServer server, String name) {
        return signsUp(browser, server.address(), name);
    }

    static Person signsUp(Browser browser, String address, String name) {
        Person person = new Person(browser, address, name);
        person.comesToTheDoor();
        browser.click("#tab-create");
        person.fillsIn("create");
        return person;
    }

    /** The same user in another browser. */
    Person logsInWith(Browser another) {
        Person person = new Person(another, address, name);
        person.comesToTheDoor();
        person.fillsIn("login");
        return person;
    }

    private void comesToTheDoor() {
        browser.go(address + "/");
        browser.forgetCookies();
        browser.go(address + "/");
    }

    private void fillsIn(String form) {
        browser.type("#" + form + "-name", name);
        browser.type("#" + form + "-password", "a password of " + name);
        browser.click("#" + form + " button");
        isOnline();
    }

    String name() {
        return name;
    }

    Browser browser() {
        return browser;
    }

    String userId() {
        return browser.texts("#me .my-user-id").get(0);
    }

    String channelId() {
        return browser.texts("#me .my-channel-id").get(0);
    }

    void isOnline() {
        browser.one("body[data-connection=online]");
    }

    /** Opens the direct conversation with whoever has this name or id. */
    void writesTo(String nameOrId) {
        ask("#new-direct", nameOrId);
    }

    void joins(String channel) {
        ask("#new-room", channel);
    }

    private void ask(String button, String text) {
        browser.click(button);
        browser.type("#ask-text", text, Keys.ENTER);
        browser.waitUntil(
                "the dialog is closed", () -> browser.all("#ask[open]").isEmpty());
        browser.waitUntil(
                "the conversation is shown", () -> browser.one("#conversation").isDisplayed());
    }

    void says(String text) {
        browser.type("#text", text, Keys.ENTER);
    }

    /** Opens what can be done about a message. */
    void turnsTo(String text) {
        browser.waitUntil("'" + text + "' can be acted on", () -> moreOf(text) != null);
        browser.hover(browser.run(MESSAGE + "return of(arguments[0]).querySelector('.bubble')", text));
        browser.waitUntil(
                "its button is shown",
                () -> Objects.requireNonNull(moreOf(text)).isDisplayed());
        Objects.requireNonNull(moreOf(text)).click();
        browser.one("#actions[open]");
    }

    private @Nullable WebElement moreOf(String text) {
        return browser.run(MESSAGE + "return of(arguments[0])?.querySelector('.more:not([hidden])') ?? null", text);
    }

    void changes(String before, String after) {
        turnsTo(before);
        browser.click("#actions-edit");
        browser.waitUntil(
                "the text is there",
                () -> String.valueOf(browser.one("#text").getDomProperty("value"))
                        .equals(before));
        browser.one("#text").clear();
        says(after);
    }

    void deletes(String text) {
        turnsTo(text);
        browser.click("#actions-remove");
        browser.click("#actions-sure");
    }

    /** Reacts by the name of the reaction, as a screen reader says it. */
    void reacts(String text, String reaction) {
        turnsTo(text);
        browser.click("#actions-reactions [aria-label='" + reaction + "']");
    }

    /** The reactions to a message, each with its count and who, as a screen reader says them. */
    void seesReactions(String text, String... reactions) {
        browser.waitUntil(
                List.of(reactions) + " at '" + text + "'",
                () -> reactionsTo(text).equals(List.of(reactions)));
    }

    private List<String> reactionsTo(String text) {
        return browser.run(
                MESSAGE
                        + "return [...of(arguments[0])?.querySelectorAll('.chip') ?? []].map((each) => each.textContent)",
                text);
    }

    /** How far the last own message has come. */
    void seesReceipt(String step) {
        browser.waitUntil(
                step + " below the last message",
                () -> Boolean.TRUE.equals(browser.run(
                        "return [...document.querySelectorAll('#log .mine')].at(-1)?.querySelector('.receipt').textContent"
                                + " === arguments[0]",
                        step)));
    }

    void seesEdited(String text) {
        browser.waitUntil(
                "'" + text + "' is marked as edited",
                () -> Boolean.TRUE.equals(browser.run(
                        MESSAGE + "return of(arguments[0])?.querySelector('.edited').textContent === 'edited'", text)));
    }

    /** Opens a conversation of the list. */
    void opens(String title) {
        browser.see("#conversations .name", title);
        int at = browser.texts("#conversations .name").indexOf(title);
        browser.all("#conversations button").get(at).click();
        browser.see("#title", title);
    }

    void reads(String text) {
        browser.see("#log .theirs .text", text);
    }

    void seesStored(String text) {
        browser.see("#log .mine.stored .text", text);
    }

    /** The unread mark beside a conversation, as a screen reader says it. */
    void seesUnread(String title, String mark) {
        browser.waitUntil(mark + " beside " + title, () -> {
            int at = browser.texts("#conversations .name").indexOf(title);
            return at >= 0 && browser.texts("#conversations .badge").get(at).equals(mark);
        });
    }

    void seesExactly(String... texts) {
        browser.see("#log .text", texts[texts.length - 1]);
        assertThat(browser.texts("#log .text")).containsExactly(texts);
    }
}
