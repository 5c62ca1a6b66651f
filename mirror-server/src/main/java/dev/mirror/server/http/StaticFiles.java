package dev.mirror.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;

/**
 * The files of the pages: read from the class path when the server starts, and only those. A request never names a
 * file, it names a route.
 */
final class StaticFiles {
    private static final String FOLDER = "/dev/mirror/server/web";
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml",
            "png", "image/png",
            "webmanifest", "application/manifest+json");

    private final Map<String, Reply> files;

    private StaticFiles(Map<String, Reply> files) {
        this.files = files;
    }

    static StaticFiles load() {
        URL folder = StaticFiles.class.getResource(FOLDER);
        if (folder == null) {
            return new StaticFiles(Map.of());
        }
        try {
            URI uri = folder.toURI();
            if (uri.getScheme().equals("jar")) {
                try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
                    return new StaticFiles(readAll(jar.getPath(FOLDER)));
                }
            }
            return new StaticFiles(readAll(Path.of(uri)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the pages in the program itself", e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException("a class path that is no address", e);
        }
    }

    private static Map<String, Reply> readAll(Path folder) throws IOException {
        Map<String, Reply> files = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) paths.filter(Files::isRegularFile)::iterator) {
                String name = folder.relativize(path).toString().replace('\\', '/');
                String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
                if (type != null) {
                    try (InputStream in = Files.newInputStream(path)) {
                        files.put(name, file(type, in.readAllBytes()));
                    }
                }
            }
        }
        return files;
    }

    private static Reply file(String type, byte[] bytes) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            String tag =
                    Base64.getUrlEncoder().withoutPadding().encodeToString(hash).substring(0, 22);
            return new Reply(HttpStatus.OK_200, type, ByteBuffer.wrap(bytes), List.of(), "")
                    .with("ETag", '"' + tag + '"');
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    /** Makes a route of every file but the pages, which are behind routes of their own. */
    void addTo(Routes routes) {
        files.forEach((name, file) -> {
            if (!name.endsWith(".html")) {
                // Asked again each time, and answered with 304: a new version shows at once.
                Reply reply = file.with("Cache-Control", "no-cache");
                routes.add("GET", "/" + name, call -> CompletableFuture.completedFuture(unlessKnown(call, reply)));
            }
        });
    }

    /** A page, for whoever may see it; never kept by a cache. */
    CompletionStage<Reply> page(String name) {
        Reply page = files.get(name);
        return page == null
                ? CompletableFuture.failedFuture(Problem.NOT_FOUND.refusal())
                : CompletableFuture.completedFuture(page);
    }

    private static Reply unlessKnown(Call call, Reply file) {
        String tag = file.fields().get(0).getValue();
        boolean known = call.header(HttpHeader.IF_NONE_MATCH)
                .map(value -> value.contains(tag))
                .orElse(false);
        return known ? new Reply(HttpStatus.NOT_MODIFIED_304, "", ByteBuffer.allocate(0), file.fields(), "") : file;
    }
}
