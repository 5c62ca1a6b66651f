package dev.mirror.server.pubnub;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * A package for Node that tests use, fetched by its name with the npm of this machine, once, into the build's folder.
 * Where that is not possible the calling test is skipped, or fails if MIRROR_REQUIRE_NODE is true.
 */
public final class NpmPackage {
    private static final Path ROOT = Path.of("target", "npm").toAbsolutePath();
    private static final long PATIENCE_SECONDS = 120;

    private NpmPackage() {}

    /** The folder of a package, in which its {@code package.json} is. */
    public static Path require(String name, String version) {
        node();
        Path home = ROOT.resolve(name + "-" + version);
        synchronized (NpmPackage.class) {
            if (!Files.exists(home)) {
                install(name + "@" + version, home);
            }
        }
        return home.resolve("node_modules").resolve(name);
    }

    /** The program that runs scripts. */
    static File node() {
        return program("node");
    }

    private static File program(String name) {
        return onPath(name).orElseThrow(() -> unavailable("the PATH has no " + name));
    }

    private static Optional<File> onPath(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .map(folder -> new File(folder, program))
                .filter(File::canExecute)
                .findFirst();
    }

    private static void install(String what, Path home) {
        try {
            Files.createDirectories(ROOT);
            Path folder = Files.createTempDirectory(ROOT, "new");
            Process npm = new ProcessBuilder(
                            program("npm").getPath(),
                            "install",
                            what,
                            "--prefix=" + folder,
                            "--no-package-lock",
                            "--ignore-scripts",
                            "--no-audit",
                            "--no-fund",
                            "--no-update-notifier",
                            "--prefer-offline",
                            "--fetch-retries=1")
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("npm.log").toFile())
                    .start();
            boolean ended = npm.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (!ended) {
                npm.descendants().forEach(ProcessHandle::destroyForcibly);
                npm.destroyForcibly();
            }
            if (!ended || npm.exitValue() != 0) {
                throw unavailable("npm could not install " + what + ", see " + folder.resolve("npm.log"));
            }
            Files.move(folder, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Skips or fails; what it returns is never reached. */
    private static RuntimeException unavailable(String reason) {
        if ("true".equals(System.getenv("MIRROR_REQUIRE_NODE"))) {
            Assertions.fail("MIRROR_REQUIRE_NODE is true, but " + reason);
        }
        Assumptions.abort("PubNub's JavaScript SDKs need Node: " + reason);
        return new IllegalStateException(reason);
    }
}
