package dev.mirror.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of the repository, without what a build leaves. */
final class Repository {
    static final Path ROOT = root();

    private Repository() {}

    static String name(Path path) {
        return ROOT.relativize(path).toString();
    }

    static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static List<Path> find(String ending) {
        try (Stream<Path> all = Files.walk(ROOT)) {
            return all.filter(path -> path.toString().endsWith(ending))
                    .filter(path -> !name(path).matches("(.*/)?(target|node_modules|\\.git|mirror-data)/.*"))
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.exists(folder.resolve("mirror.cmd"))) {
            folder = folder.getParent();
        }
        if (folder == null) {
            throw new IllegalStateException("run from inside the repository");
        }
        return folder;
    }
}
