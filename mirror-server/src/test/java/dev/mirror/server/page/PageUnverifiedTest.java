package dev.mirror.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page shows of what nobody is proved to have said: everything in it is text, and it says what it is. */
final class PageUnverifiedTest {
    // Opened before the first test, closed after the last, by the test's thread.
    private static ChatServer server;
    private static Browser browser;
    private static HttpClient http;

    @BeforeAll
    static void open(@TempDir Path folder) throws IOException {
        Browser.require();
        http = HttpClient.newHttpClient();
        server = ChatServer.start(folder.resolve("data"), "--legacy-2018");
        browser = Browser.open(Browser.profile(folder, "victim"), 1100, 750);
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.close();
            server.close();
        }
    }

    private static void publish(String channel, String json) throws IOException, InterruptedException {
        String path = "/publish/any/key/0/" + channel + "/0/"
                + URLEncoder.encode(json, StandardCharsets.UTF_8).replace("+", "%20");
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(server.address() + path)).build();
        assertThat(http.send(request, BodyHandlers.ofString()).body()).startsWith("[1,");
    }

    private static void assertNothingRan() {
        assertThat(browser.<Object>run("return window.hacked ?? null")).isNull();
        assertThat(browser.<Object>run(PageSafetyTest.WHAT_MAKES_NO_PART_OF_A_MESSAGE))
                .isEqualTo(0L);
        browser.assertCleanConsole();
    }

    @Test
    void o41_namesAndTextsThatAnybodyClaimsAreText() throws Exception {
        Person bob = Person.signsUp(browser, server, "bob-claims");
        bob.joins("claims");
        for (String text : PageSafetyTest.CORPUS) {
            String quoted = PageSafetyTest.quoted(text);
            publish(
                    "claims",
                    "{\"value\":" + quoted + ",\"userId\":" + quoted + ",\"username\":" + quoted + ",\"channel\":"
                            + quoted + "}");
        }
        int count = PageSafetyTest.CORPUS.size();
        for (String when : List.of("live", "from history")) {
            browser.waitUntil(
                    "all of it is there, " + when,
                    () -> browser.all("#log .text").size() == count);
            assertThat(browser.<List<String>>run(
                            "return [...document.querySelectorAll('#log .text')].map((each) => each.textContent)"))
                    .isEqualTo(PageSafetyTest.CORPUS);
            assertThat(browser.texts("#log .speaker bdi"))
                    .isEqualTo(PageSafetyTest.CORPUS.stream()
                            .map(PageUnverifiedTest::claim)
                            .toList());
            assertThat(browser.texts("#log .unverified")).hasSize(count).containsOnly("unverified");
            assertNothingRan();
            browser.reload();
            bob.isOnline();
        }
        assertThat(browser.texts("#conversations .name")).containsExactlyInAnyOrder("claims", "My channel");
    }

    /** On one line, at most 64 characters, and without white space around it, as the browser sees that. */
    private static String claim(String text) {
        String line = text.replaceAll("[\\s\\ufeff]+", " ").strip();
        int end = line.offsetByCodePoints(0, Math.min(64, line.codePointCount(0, line.length())));
        return line.substring(0, end).strip();
    }

    @Test
    void o44_nobodyIsTakenForSomebodyElse() throws Exception {
        Person bob = Person.signsUp(browser, server, "bob-himself");
        bob.joins("forgery");
        bob.says("the real one");
        bob.seesStored("the real one");
        String forged = "{\"value\":\"not the real one\",\"userId\":\"" + bob.userId()
                + "\",\"username\":\"bob-himself\",\"channel\":\"" + bob.channelId() + "\",\"unverified\":false}";
        publish("forgery", forged);
        publish("forgery", "\"no object at all\"");
        bob.reads("not the real one");
        bob.reads("no object at all");
        assertThat(browser.texts("#log .theirs .speaker"))
                .containsExactly("bob-himselfunverified", "Somebodyunverified");
        assertThat(browser.texts("#log .mine .text")).containsExactly("the real one");
        assertThat(browser.all("#log .theirs .unverified"))
                .as("in words that everybody sees")
                .allMatch(each -> each.isDisplayed());
        assertThat(browser.texts("#log .mine .unverified")).containsExactly("");
        browser.see("#conversations .preview", "Somebody (unverified): no object at all");
        assertThat(Stream.of("bob-himself", "Somebody")
                        .allMatch(name -> browser.run(
                                "return [...document.querySelectorAll('#log .theirs .more')].some((each) =>"
                                        + " each.getAttribute('aria-label').includes(arguments[0] + ', unverified'))",
                                name)))
                .as("and hears")
                .isTrue();
        assertNothingRan();
    }
}
