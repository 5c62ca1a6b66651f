package dev.mirror.server.page;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** PubNub's JavaScript SDK 3.16.5 (MIT), built for browsers: fetched once with npm, and kept in target. */
final class OldSdk {
    private static final String PACKAGE = "pubnub@3.16.5";
    private static final Path FOLDER = Path.of("target", "npm", "pubnub-3.16.5");
    private static final Path SCRIPT =
            FOLDER.resolve(Path.of("node_modules", "pubnub", "modern", "dist", "pubnub.min.js"));
    private static final int PATIENCE_SECONDS = 120;

    private OldSdk() {}

    /** The script; skips the calling test where it cannot be had, or fails it where MIRROR_REQUIRE_BROWSER is true. */
    static Path require() throws InterruptedException {
        if (Files.isRegularFile(SCRIPT)) {
            return SCRIPT;
        }
        String reason = install();
        boolean there = reason.isEmpty() && Files.isRegularFile(SCRIPT);
        if (!there && "true".equals(System.getenv("MIRROR_REQUIRE_BROWSER"))) {
            Assertions.fail("MIRROR_REQUIRE_BROWSER is true, but npm cannot install " + PACKAGE + ": " + reason);
        }
        Assumptions.assumeTrue(there, "needs npm to install " + PACKAGE + ": " + reason);
        return SCRIPT;
    }

    /** Why it cannot; empty if it can. */
    private static String install() throws InterruptedException {
        try {
            Files.createDirectories(FOLDER);
            Path log = FOLDER.resolve("npm.log");
            Process npm = new ProcessBuilder(
                            "npm",
                            "install",
                            "--no-save",
                            "--no-package-lock",
                            "--ignore-scripts",
                            "--no-audit",
                            "--no-fund",
                            PACKAGE)
                    .directory(FOLDER.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (!npm.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                npm.destroyForcibly();
                return "it took too long";
            }
            return npm.exitValue() == 0 ? "" : Files.readString(log, StandardCharsets.UTF_8);
        } catch (IOException missing) {
            return String.valueOf(missing.getMessage());
        }
    }
}
