package dev.mirror.server.page;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A whole server and two browsers for the tests of a class; after each test neither may have refused anything. */
abstract class TwoBrowsers {
    // Opened before the first test, closed after the last, by the test's thread.
    static ChatServer server;
    static Browser left;
    static Browser right;

    @BeforeAll
    static void open(@TempDir Path folder) throws IOException {
        Browser.require();
        server = ChatServer.start(folder.resolve("data"));
        left = Browser.open(Browser.profile(folder, "left"), 1100, 750);
        right = Browser.open(Browser.profile(folder, "right"), 1100, 750);
    }

    @AfterAll
    static void close() {
        // Also what was opened before something else could not be.
        for (AutoCloseable each : new AutoCloseable[] {right, left, server}) {
            if (each != null) {
                closeQuietly(each);
            }
        }
        right = null;
        left = null;
        server = null;
    }

    private static void closeQuietly(AutoCloseable each) {
        try {
            each.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void nothingWasRefusedByThePolicy() {
        left.assertCleanConsole();
        right.assertCleanConsole();
    }

    static Person ada(String suffix) {
        return Person.signsUp(left, server, "ada-" + suffix);
    }

    static Person grace(String suffix) {
        return Person.signsUp(right, server, "grace-" + suffix);
    }
}
