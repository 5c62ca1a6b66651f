package dev.mirror.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The pages without a mouse, on a phone, for a screen reader, and in both colour schemes. */
final class PageAccessTest {
    /** Texts whose contrast with the nearest ground is below 4.5, which is what WCAG's level AA asks of small text. */
    private static final String POOR_CONTRAST = """
            const channel = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
            const parse = (text) => text.match(/[\\d.]+/g).map(Number);
            const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
            const ground = (element) => {
              for (let each = element; each !== null; each = each.parentElement) {
                const colour = parse(getComputedStyle(each).backgroundColor);
                if (colour.length === 3 || colour[3] === 1) { return colour; }
              }
              return [255, 255, 255];
            };
            const poor = [];
            for (const element of document.querySelectorAll('body *')) {
              const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
              if (!own || !element.checkVisibility() || element.closest('.unseen, :disabled, script, noscript')) { continue; }
              const [a, b] = [light(parse(getComputedStyle(element).color)), light(ground(element))].sort((x, y) => y - x);
              const ratio = (a + 0.05) / (b + 0.05);
              if (ratio < 4.5) { poor.push(`${element.tagName}.${element.className} ${ratio.toFixed(2)}`); }
            }
            return poor;
            """;

    private static final String SIDEWAYS = "return document.documentElement.scrollWidth > innerWidth"
            + " || [...document.querySelectorAll('#scroll, #conversations')].some((each) => each.scrollWidth > each.clientWidth)";

    private static Path folder;
    // Opened before the first test, closed after the last, by the test's thread.
    private static ChatServer server;
    private static Browser browser;

    @BeforeAll
    static void open(@TempDir Path temporary) throws IOException {
        Browser.require();
        folder = temporary;
        server = ChatServer.start(folder.resolve("data"));
        browser = Browser.open(Browser.profile(folder, "desk"), 1100, 750);
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.close();
            server.close();
        }
    }

    private static String focus() {
        return String.valueOf(browser.focused().getAttribute("id"));
    }

    private static void tabTo(String id) {
        for (int i = 0; i < 30 && !focus().equals(id); i++) {
            browser.press(Keys.TAB);
        }
        assertThat(focus()).as("reached with the tab key").isEqualTo(id);
    }

    @Test
    void everythingCanBeDoneWithTheKeyboard() {
        browser.go(server.address() + "/");
        browser.forgetCookies();
        browser.go(server.address() + "/");
        tabTo("tab-login");
        browser.press(Keys.ARROW_RIGHT);
        tabTo("create-name");
        browser.press("kay", Keys.TAB);
        browser.press("a long password", Keys.ENTER);
        browser.one("body[data-connection=online]");

        tabTo("new-room");
        browser.press(Keys.ENTER);
        browser.press("keyboard-room", Keys.ENTER);
        browser.waitUntil("writing can begin", () -> focus().equals("text"));
        browser.press("two");
        browser.pressWithShift(Keys.ENTER);
        browser.press("lines", Keys.ENTER);
        browser.see("#log .mine.stored .text", "two\nlines");

        tabBackTo("show-who");
        browser.press(Keys.ENTER);
        browser.see("#members bdi", "kay (you)");
        browser.press(Keys.ESCAPE);
        assertThat(focus()).isEqualTo("show-who");
        assertThat(browser.one("#who").isDisplayed()).isFalse();

        browser.press(Keys.ESCAPE);
        assertThat(browser.focused().getText()).contains("keyboard-room");
        browser.press(Keys.ARROW_DOWN);
        assertThat(browser.focused().getText()).contains("My channel");
        browser.press(Keys.ENTER);
        browser.see("#title", "My channel");
        browser.waitUntil("writing can begin", () -> focus().equals("text"));
    }

    private static void tabBackTo(String id) {
        for (int i = 0; i < 30 && !focus().equals(id); i++) {
            browser.pressWithShift(Keys.TAB);
        }
        assertThat(focus()).isEqualTo(id);
    }

    @Test
    void whatCanBeUsedHasANameForAScreenReader() {
        Person.signsUp(browser, server, "named").joins("named-room");
        String everything =
                "button, input, textarea, dialog, nav, aside, [role=log], [role=region], section:not(.welcome)";
        browser.run("document.querySelectorAll('[hidden]:not(#banner)').forEach((each) => each.hidden = false);"
                + "document.querySelectorAll('dialog').forEach((each) => each.show())");
        List<WebElement> shown =
                browser.all(everything).stream().filter(WebElement::isDisplayed).toList();
        assertThat(shown).hasSizeGreaterThan(20);
        for (WebElement each : shown) {
            assertThat(each.getAccessibleName())
                    .as(String.valueOf(each.getAttribute("outerHTML")))
                    .isNotBlank();
        }
        assertThat(browser.one("#log").getAttribute("aria-live")).isEqualTo("polite");
        assertThat(browser.one("#log").getAriaRole()).isEqualTo("log");
        browser.reload();
    }

    @Test
    void onAPhoneTheListAndAConversationTakeTurns() throws IOException {
        try (Browser phone = Browser.open(Browser.profile(folder, "phone"), 500, 844)) {
            phone.becomePhone(390, 844);
            phone.go(server.address() + "/");
            assertThat(phone.<Boolean>run(SIDEWAYS)).isFalse();
            Person pia = Person.signsUp(phone, server, "pia");
            assertThat(phone.one(".side").isDisplayed()).isTrue();
            assertThat(phone.one(".talk").isDisplayed()).isFalse();
            pia.joins("phone-room");
            assertThat(phone.one(".side").isDisplayed()).isFalse();
            pia.says("x".repeat(500));
            pia.seesStored("x".repeat(500));
            pia.says("https://example.org/" + "y".repeat(300));
            pia.seesStored("https://example.org/" + "y".repeat(300));
            pia.says("short");
            pia.seesStored("short");
            pia.reacts("short", "Heart");
            pia.seesReactions("short", "❤️1 from you");
            pia.turnsTo("short");
            assertThat(phone.<Boolean>run(
                            "const {bottom, width} = document.querySelector('#actions').getBoundingClientRect();"
                                    + "return Math.abs(innerHeight - bottom) < 1 && width <= innerWidth"))
                    .as("at the foot of the screen")
                    .isTrue();
            phone.press(Keys.ESCAPE);
            assertThat(phone.<Boolean>run(SIDEWAYS)).isFalse();
            phone.click("#back");
            phone.waitUntil("the list", () -> phone.one(".side").isDisplayed());
            assertThat(phone.<Boolean>run(SIDEWAYS)).isFalse();
            pia.opens("phone-room");
            phone.back();
            phone.waitUntil("the list", () -> phone.one(".side").isDisplayed());
            phone.assertCleanConsole();
        }
    }

    @Test
    void textStandsOutInBothColourSchemes() throws IOException {
        try (Browser dark = Browser.open(Browser.profile(folder, "dark"), 1100, 750)) {
            dark.preferDark();
            for (Browser each : List.of(browser, dark)) {
                String name = each == dark ? "dark" : "light";
                each.go(server.address() + "/?error=bad-login");
                each.forgetCookies();
                each.go(server.address() + "/?error=bad-login");
                assertThat(each.<List<String>>run(POOR_CONTRAST)).as(name).isEmpty();
                Person ida = Person.signsUp(each, server, "ida-" + name);
                assertThat(each.<List<String>>run(POOR_CONTRAST)).as(name).isEmpty();
                each.go(server.address() + "/chat#u=" + "z".repeat(22));
                ida.isOnline();
                ida.says("fails");
                each.one("#log .failed button");
                assertThat(each.<List<String>>run(POOR_CONTRAST)).as(name).isEmpty();
                ida.joins("contrast-" + name);
                ida.says("is stored");
                ida.seesStored("is stored");
                each.click("#show-who");
                assertThat(each.<List<String>>run(POOR_CONTRAST)).as(name).isEmpty();
                ida.says("is deleted");
                ida.seesStored("is deleted");
                ida.deletes("is deleted");
                ida.reacts("is stored", "Heart");
                ida.seesReactions("is stored", "❤️1 from you");
                ida.changes("is stored", "is edited");
                ida.seesStored("is edited");
                assertThat(each.<List<String>>run(POOR_CONTRAST)).as(name).isEmpty();
                ida.turnsTo("is edited");
                each.click("#actions-remove");
                assertThat(each.<List<String>>run(POOR_CONTRAST)).as(name).isEmpty();
                each.click("#actions .close");
                each.click("#open-me");
                assertThat(each.<List<String>>run(POOR_CONTRAST)).as(name).isEmpty();
            }
            browser.run("document.querySelector('#me-title').style.color = 'rgb(120, 120, 250)'");
            assertThat(browser.<List<String>>run(POOR_CONTRAST))
                    .as("what is pale is found")
                    .hasSize(1);
            String ground = "return getComputedStyle(document.body).backgroundColor";
            assertThat(dark.<String>run(ground)).isNotEqualTo(browser.<String>run(ground));
        }
    }
}
