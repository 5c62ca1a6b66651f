package dev.mirror.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.client.ChannelEvent;
import dev.mirror.client.MirrorClient;
import dev.mirror.client.Receipt;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A person at the page and a bot talk while the server is killed, again and again. */
@EnabledOnOs(
        value = {OS.LINUX, OS.MAC},
        disabledReason = "kills processes by SIGKILL")
final class PageKillTest {
    private static final int KILLS = 4;
    private static final int AT_ONCE = 10;
    private static final String PASSWORD = "a password of the bot";

    /** Says several things as fast as the page takes them. */
    private static final String SAY_ALL = "for (const text of arguments[0]) {"
            + " document.querySelector('#text').value = text;"
            + " document.querySelector('#composer').requestSubmit(); }";

    private static final String RECONNECT =
            "const now = document.querySelector('#banner-now'); if (now.checkVisibility() && !now.disabled) { now.click(); }";

    // Only by the test's thread, all three: what was said, in order, and what the server answered to it.
    private final List<String> saidByPage = new ArrayList<>();
    private final List<String> saidByBot = new ArrayList<>();
    private final List<CompletableFuture<Receipt>> answers = new ArrayList<>();
    /** Added to by the bot's handlers. */
    private final List<String> heardByBot = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void browser() {
        Browser.require();
    }

    @Test
    void i1_i2_i3_thePageAndABotComeThroughKillsWithEveryMessageOnceAndInOrder(@TempDir Path folder) throws Exception {
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"));
                Browser browser = Browser.open(Browser.profile(folder, "ada"), 1100, 750)) {
            signUp(server, "the-bot");
            Person ada = Person.signsUp(browser, server.address(), "ada");
            String channel = ada.userId() + ".";
            try (MirrorClient bot = bot(server)) {
                channel += bot.connect().get(60, TimeUnit.SECONDS).user().orElseThrow();
                ada.writesTo("the-bot");
                for (int round = 1; round <= KILLS; round++) {
                    talkThroughAKill(server, browser, bot, channel, round);
                }
                List<String> log = bot.history(channel, 300).get(60, TimeUnit.SECONDS).events().stream()
                        .map(ChannelEvent::text)
                        .toList();
                assertEverythingOnceAndInOrder(log, browser);
                browser.reload();
                ada.isOnline();
                browser.see("#log .text", log.get(log.size() - 1));
                assertThat(browser.texts("#log .text")).isEqualTo(log.subList(log.size() - 50, log.size()));
            }
            browser.assertCleanConsole();
        }
    }

    private void talkThroughAKill(ServerProcess server, Browser browser, MirrorClient bot, String channel, int round)
            throws Exception {
        bothSay(browser, bot, channel, round + " before");
        server.kill();
        CompletableFuture<Void> started = CompletableFuture.runAsync(server::startAgain);
        bothSay(browser, bot, channel, round + " after");
        started.get(60, TimeUnit.SECONDS);
        for (CompletableFuture<Receipt> answer : answers) {
            answer.get(60, TimeUnit.SECONDS);
        }
        browser.waitUntil("the page has sent all in round " + round, () -> {
            browser.run(RECONNECT);
            return browser.texts("#log .mine.stored .text").size() == saidByPage.size();
        });
    }

    private void bothSay(Browser browser, MirrorClient bot, String channel, String when) {
        List<String> texts = texts("page " + when);
        saidByPage.addAll(texts);
        for (String text : texts("bot " + when)) {
            saidByBot.add(text);
            answers.add(bot.publish(channel, text));
        }
        browser.run(SAY_ALL, texts);
    }

    private static List<String> texts(String who) {
        return IntStream.rangeClosed(1, AT_ONCE).mapToObj(i -> who + " " + i).toList();
    }

    private void assertEverythingOnceAndInOrder(List<String> log, Browser browser) {
        assertThat(log).filteredOn(text -> text.startsWith("page")).isEqualTo(saidByPage);
        assertThat(log).filteredOn(text -> text.startsWith("bot")).isEqualTo(saidByBot);
        browser.waitUntil("the page shows all", () -> browser.all("#log .text").size() >= log.size());
        assertThat(browser.texts("#log .text")).isEqualTo(log);
        assertThat(browser.all("#log .gap, #log .sending, #log .failed")).isEmpty();
        browser.waitUntil("the bot heard all", () -> heardByBot.size() >= saidByPage.size());
        assertThat(heardByBot).isEqualTo(saidByPage);
    }

    private MirrorClient bot(ServerProcess server) {
        return MirrorClient.builder(URI.create(server.address()))
                .password("the-bot", PASSWORD)
                .backoff(Duration.ofMillis(200), Duration.ofSeconds(2))
                .onDirect((message, chat) -> heardByBot.add(message.text()))
                .onGap((gap, chat) -> heardByBot.add("a gap"))
                .build();
    }

    private static void signUp(ServerProcess server, String name) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.address() + "/auth/create"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"username\":\"" + name + "\",\"password\":\"" + PASSWORD + "\"}"))
                .build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(201);
    }
}
