package dev.mirror.server.page;

import dev.mirror.server.MirrorServer;
import dev.mirror.server.config.ServerOptions;
import dev.mirror.sql.StoreTools;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.stream.Stream;
import picocli.CommandLine;

/** A whole server on loopback, on a port that it keeps when it is started again on the same data. */
final class ChatServer implements AutoCloseable {
    private final Path data;
    private final String[] more;
    // Only by the test's thread, both.
    private MirrorServer server;
    private int port;

    private ChatServer(Path data, String... more) {
        this.data = data;
        this.more = more;
    }

    /** @param more options besides the usual ones */
    static ChatServer start(Path data, String... more) {
        ChatServer server = new ChatServer(data, more);
        server.startAgain();
        return server;
    }

    void startAgain() {
        Stream<String> usual =
                Stream.of("--port=" + port, "--management-port=0", "--auth-per-minute=1000", "--data=" + data);
        ServerOptions options = CommandLine.populateCommand(
                new ServerOptions(), Stream.concat(usual, Stream.of(more)).toArray(String[]::new));
        server = MirrorServer.start(options);
        port = server.port();
    }

    /** Stops it, puts back what a backup holds, and starts it again. */
    void startAgainFrom(Path backup) {
        close();
        StoreTools.restore(backup, data, true, new SecureRandom(), StoreTools.ProgressHandler.NONE);
        startAgain();
    }

    void backUp(Path file) {
        StoreTools.backup(data, file, StoreTools.ProgressHandler.NONE);
    }

    int port() {
        return port;
    }

    String address() {
        return "http://localhost:" + port;
    }

    @Override
    public void close() {
        server.close();
    }
}
