package dev.mirror.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** What the pages of 2018 let others do to their user: none of it works here. */
final class PageSafetyTest {
    /** Each would set window.hacked if the page took it for anything but text. */
    static final List<String> CORPUS = List.of(
            "<script>window.hacked = 1</script>",
            "<img src=x onerror=window.hacked=1>",
            "<svg onload=window.hacked=1>",
            "<svg><animate onbegin=window.hacked=1 attributeName=x dur=1s>",
            "<iframe srcdoc='<script>parent.hacked=1</script>'></iframe>",
            "<a href=javascript:window.hacked=1>here</a>",
            "<details open ontoggle=window.hacked=1>",
            "<body onload=window.hacked=1>",
            "<style>@import 'javascript:window.hacked=1'</style>",
            "<math><mtext><table><mglyph><style><img src=x onerror=window.hacked=1>",
            "\"><img src=x onerror=window.hacked=1>",
            "' onfocus=window.hacked=1 autofocus '",
            "x onmouseover=window.hacked=1 y",
            "</span></div></body></html><script>window.hacked=1</script>",
            "--><script>window.hacked=1</script><!--",
            "]]><script>window.hacked=1</script>",
            "${window.hacked=1} {{constructor.constructor('window.hacked=1')()}}",
            "javascript:window.hacked=1",
            "https://example.org/\"onmouseover=window.hacked=1//",
            "data:text/html,<script>window.hacked=1</script>",
            "&lt;img src=x onerror=window.hacked=1&gt; &#60;script&#62;",
            "__proto__ constructor toString",
            "\u202e reversed \u2066 isolated \ufeff",
            "a\\u003cscript\\u003ewindow.hacked=1\\u003c/script\\u003e");

    /** Sends one frame after the other over a connection of its own, once the hello is there. */
    private static final String SEND = "const [frames, done] = arguments;"
            + "const socket = new WebSocket('ws://' + location.host + '/ws', 'mirror.v2'); let answers = 0;"
            + "socket.onmessage = ({data}) => { const frame = JSON.parse(data);"
            + " if (frame.code === 'registered.success') { frames.forEach((each) => socket.send(each)); }"
            + " if (frame.re !== undefined && ++answers === frames.length) { socket.close(); done('sent'); } }";

    static final String WHAT_MAKES_NO_PART_OF_A_MESSAGE =
            "return document.querySelectorAll('#log :is(img, script, iframe, style, math, details, table, animate),"
                    + " #log [onerror], #log [onfocus], #log [onmouseover], #log a:not([href^=\"https://example.org/\"])').length";

    // Opened before the first test, closed after the last, by the test's thread.
    private static ChatServer server;
    private static Browser victim;
    private static Browser attacker;

    @BeforeAll
    static void open(@TempDir Path folder) throws IOException {
        Browser.require();
        server = ChatServer.start(folder.resolve("data"));
        victim = Browser.open(Browser.profile(folder, "victim"), 1100, 750);
        attacker = Browser.open(Browser.profile(folder, "attacker"), 1100, 750);
    }

    @AfterAll
    static void close() {
        if (attacker != null) {
            attacker.close();
            victim.close();
            server.close();
        }
    }

    private static void assertNothingRan() {
        assertThat(victim.<Object>run("return window.hacked ?? null")).isNull();
        assertThat(victim.<Object>run(WHAT_MAKES_NO_PART_OF_A_MESSAGE)).isEqualTo(0L);
        victim.assertCleanConsole();
    }

    @Test
    void o41_whatIsSaidIsShownAsText() {
        Person bob = Person.signsUp(victim, server, "bob-text");
        Person eve = Person.signsUp(attacker, server, "eve-text");
        bob.joins("open-room");
        eve.joins("open-room");
        List<String> frames = Stream.iterate(0, i -> i < CORPUS.size(), i -> i + 1)
                .map(i -> "{\"code\":\"channel.publish\",\"id\":\"c" + i
                        + "\",\"channel\":\"open-room\",\"data\":{\"value\":" + quoted(CORPUS.get(i)) + "}}")
                .toList();
        attacker.runAsync(SEND, frames);
        victim.waitUntil("all of it is there", () -> victim.all("#log .text").size() == CORPUS.size());
        assertThat(victim.<List<String>>run(
                        "return [...document.querySelectorAll('#log .text')].map((each) => each.textContent)"))
                .isEqualTo(CORPUS);
        assertNothingRan();
        victim.reload();
        victim.waitUntil("history has it, too", () -> victim.all("#log .text").size() == CORPUS.size());
        assertNothingRan();
    }

    @Test
    void o41_editsAndReactionsAreShownAsText() {
        Person bob = Person.signsUp(victim, server, "bob-amend");
        Person eve = Person.signsUp(attacker, server, "eve-amend");
        bob.joins("amend-room");
        eve.joins("amend-room");
        eve.says("harmless");
        bob.says("to react to");
        bob.seesStored("to react to");
        String epoch = victim.run("return document.querySelector('#log .message').row.epoch");
        List<String> frames = Stream.iterate(0, i -> i < 18, i -> i + 1)
                .map(i -> publish("r" + i, amend(epoch, 2, "react", quoted(cut(CORPUS.get(i))))))
                .toList();
        attacker.runAsync(SEND, frames);
        victim.waitUntil(
                "all reactions are there", () -> victim.all("#log .chip").size() == frames.size());
        assertThat(victim.texts("#log .chip bdi"))
                .isEqualTo(CORPUS.subList(0, 18).stream()
                        .map(PageSafetyTest::cut)
                        .map(String::strip)
                        .toList());
        bob.turnsTo("to react to");
        victim.waitUntil(
                "they are offered",
                () -> victim.all("#actions-reactions button").size() == 18);
        assertNothingRan();
        victim.press(Keys.ESCAPE);
        for (String text : CORPUS) {
            String edit =
                    publish("e" + CORPUS.indexOf(text), amend(epoch, 1, "edit", "{\"value\":" + quoted(text) + "}"));
            attacker.runAsync(SEND, List.of(edit));
        }
        String last = CORPUS.get(CORPUS.size() - 1);
        victim.waitUntil(
                "the last edit is there",
                () -> last.equals(victim.<String>run("return document.querySelector('#log .text').textContent")));
        assertNothingRan();
        victim.reload();
        victim.waitUntil("history has it, too", () -> victim.all("#log .chip").size() == frames.size());
        assertThat(victim.all("#log .message")).hasSize(2);
        assertNothingRan();
    }

    private static String cut(String text) {
        return text.substring(0, Math.min(64, text.length()));
    }

    private static String amend(String epoch, int offset, String what, String value) {
        return "{\"amend\":{\"epoch\":\"" + epoch + "\",\"offset\":" + offset + ",\"" + what + "\":" + value + "}}";
    }

    private static String publish(String id, String data) {
        return "{\"code\":\"channel.publish\",\"id\":\"" + id + "\",\"channel\":\"amend-room\",\"data\":" + data + "}";
    }

    @Test
    void o41_dataThatIsNoChatMessageIsShownAsText() {
        Person bob = Person.signsUp(victim, server, "bob-data");
        Person.signsUp(attacker, server, "eve-data");
        bob.joins("data-room");
        String image = "<img src=x onerror=window.hacked=1>";
        List<String> data = List.of(
                "{\"value\":{\"html\":\"" + image + "\"}}",
                "{\"username\":\"" + image + "\",\"channel\":[\"" + image + "\"],\"userId\":7}",
                "[\"" + image + "\",null,1e9]",
                "\"" + image + "\"",
                "{\"__proto__\":{\"hacked\":1},\"constructor\":\"" + image + "\"}");
        List<String> frames = data.stream()
                .map(each -> "{\"code\":\"channel.publish\",\"id\":\"d" + data.indexOf(each)
                        + "\",\"channel\":\"data-room\",\"data\":" + each + "}")
                .toList();
        attacker.runAsync(SEND, frames);
        victim.waitUntil("all of it is there", () -> victim.all("#log .text").size() == data.size());
        assertThat(victim.texts("#log .text").get(0)).contains(image);
        assertThat(victim.texts("#log .text").get(3)).isEqualTo(image);
        assertNothingRan();
    }

    @Test
    void o41_signalsNamesAndOpenedConversationsAreText() {
        Person bob = Person.signsUp(victim, server, "bob-signals");
        Person eve = Person.signsUp(attacker, server, "eve's + @_-.<".replace("<", ""));
        bob.joins("signal-room");
        eve.joins("signal-room");
        String image = "<img src=x onerror=window.hacked=1>";
        attacker.runAsync(
                SEND,
                List.of(
                        "{\"code\":\"signal.send\",\"id\":\"1\",\"channel\":\"signal-room\",\"data\":{\"typing\":\""
                                + image + "\",\"name\":\"" + image + "\"}}",
                        "{\"code\":\"message.direct\",\"id\":\"2\",\"channel\":\"" + eve.userId() + "." + bob.userId()
                                + "\"}"));
        victim.see("#conversations .name", eve.name());
        victim.click("#show-who");
        victim.see("#members bdi", eve.name());
        assertNothingRan();
    }

    @Test
    void o41_theAddressRunsNothing() {
        Person bob = Person.signsUp(victim, server, "bob-address");
        for (String text : CORPUS.subList(0, 10)) {
            String encoded = java.net.URLEncoder.encode(text, java.nio.charset.StandardCharsets.UTF_8);
            victim.go("about:blank");
            victim.go(server.address() + "/chat#c=" + encoded);
            bob.isOnline();
            assertNothingRan();
        }
        victim.go(server.address() + "/chat#c=never-joined");
        victim.waitUntil(
                "a room that was never joined is offered, not entered",
                () -> !victim.all("#ask[open]").isEmpty());
        assertThat(victim.texts("#conversations .name")).containsExactly("My channel");
        victim.forgetCookies();
        for (String text : CORPUS.subList(0, 4)) {
            String encoded = java.net.URLEncoder.encode(text, java.nio.charset.StandardCharsets.UTF_8);
            victim.go(server.address() + "/?error=" + encoded);
            victim.see("#notice", "That did not work. Please try again.");
            assertNothingRan();
        }
    }

    @Test
    void o41_namesThatAreMarkupAreRefusedInWords() {
        victim.go(server.address() + "/");
        victim.forgetCookies();
        victim.go(server.address() + "/");
        victim.click("#tab-create");
        victim.type("#create-name", "<img src=x onerror=hacked=1>");
        victim.type("#create-password", "a good password", Keys.ENTER);
        victim.waitUntil(
                "a refusal", () -> victim.texts("#notice").get(0).startsWith("A name has 3 to 32 characters."));
        assertNothingRan();
    }

    @Test
    void o41_trustedTypesRefuseMarkupAndTheCookieCannotBeRead() {
        Person.signsUp(attacker, server, "mallory");
        assertThat(attacker.<String>run("return document.cookie")).isEmpty();
        assertThat(attacker.<String>run(
                        "try { document.body.innerHTML = '<b>x</b>'; return 'taken' } catch (e) { return e.name }"))
                .isEqualTo("TypeError");
        assertThat(
                        attacker.<String>run(
                                "const s = document.createElement('script'); try { s.text = '1'; return 'taken' } catch (e) { return e.name }"))
                .isEqualTo("TypeError");
        attacker.forgetConsole();
    }

    @Test
    void o45_everythingComesFromTheServerItself() {
        Person bob = Person.signsUp(victim, server, "bob-assets");
        bob.joins("asset-room");
        List<String> loaded = victim.run("return performance.getEntriesByType('resource').map((each) => each.name)");
        assertThat(loaded).hasSizeGreaterThan(10).allMatch(name -> name.startsWith(server.address() + "/"));
    }

    @Test
    void o45_noFileOfThePageNamesAnotherHostOrMakesMarkupOfText() throws IOException {
        Map<String, String> files = pageFiles();
        assertThat(files).containsKeys("chat.html", "chat.js", "landing.html", "wire.js");
        files.forEach((name, text) -> {
            String own = text.replace("http://www.w3.org/2000/svg", "");
            assertThat(own).as(name).doesNotContain("http://", "https://", "'ws://", "//cdn");
            assertThat(text)
                    .as(name)
                    .doesNotContain(
                            "innerHTML",
                            "outerHTML",
                            "insertAdjacentHTML",
                            "document.write",
                            "DOMParser",
                            "eval(",
                            "Function(",
                            " style=",
                            "console.");
            if (name.endsWith(".html")) {
                assertThat(text).as(name).doesNotContain("<style").doesNotContainPattern("<script(?![^>]* src=\"/)");
                assertThat(text).as(name).doesNotContainPattern("\\son[a-z]+=");
            }
        });
    }

    @Test
    void o46_theSameChannelTwiceIsOneAndEachMessageIsSentOnce() {
        Person bob = Person.signsUp(victim, server, "bob-twice");
        Person eve = Person.signsUp(attacker, server, "eve-twice");
        eve.joins("twice");
        for (int i = 0; i < 3; i++) {
            bob.joins("twice");
            bob.opens("My channel");
        }
        bob.opens("twice");
        bob.says("once only");
        bob.says("the end");
        eve.reads("the end");
        eve.seesExactly("once only", "the end");
        bob.seesStored("the end");
        bob.seesExactly("once only", "the end");
        assertThat(victim.texts("#conversations .name")).containsExactlyInAnyOrder("twice", "My channel");
        List<String> ids = victim.run("return [...document.querySelectorAll('[id]')].map((each) => each.id)");
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(victim.console()).noneMatch(line -> line.contains("once only"));
    }

    static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    private static Map<String, String> pageFiles() throws IOException {
        try {
            URI folder = Objects.requireNonNull(PageSafetyTest.class.getResource("/dev/mirror/server/web"))
                    .toURI();
            Map<String, String> files = new TreeMap<>();
            try (Stream<Path> paths = Files.list(Path.of(folder))) {
                for (Path path : (Iterable<Path>) paths::iterator) {
                    files.put(String.valueOf(path.getFileName()), Files.readString(path));
                }
            }
            return files;
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }
}
