package dev.mirror.examples;

import dev.mirror.client.ChannelEvent;
import dev.mirror.client.HistoryPage;
import dev.mirror.client.MirrorClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/**
 * Writes down what is said in a room: the last 100 messages first, then everything that follows, without a hole between
 * the two and through every reconnect.
 */
public final class ChannelLogger {
    private ChannelLogger() {}

    /**
     * Logs until the server ends it.
     *
     * @param args the server's address, a user's name, the file with the password, the room, and the file to write to,
     *     or nothing for standard output
     */
    public static void main(String[] args) throws Exception {
        String password = Files.readString(Path.of(args[2])).strip();
        String room = args[3];
        Consumer<String> log = args.length > 4 ? line -> append(Path.of(args[4]), line) : System.out::println;
        try (MirrorClient client = MirrorClient.builder(URI.create(args[0]))
                .password(args[1], password)
                .onAnyChannel((message, chat) -> log.accept(line(message)))
                .onGap((gap, chat) -> log.accept("-- messages are missing here --"))
                .build()) {
            client.connect().get();
            HistoryPage before = client.history(room, 100).get();
            before.events().forEach(message -> log.accept(line(message)));
            client.subscribe(room, before.end()).get();
            client.closed().get();
        }
    }

    private static String line(ChannelEvent message) {
        String text = message.text().isEmpty() ? message.data() : message.text();
        return message.time() + " " + message.name() + ": " + text.replaceAll("\\p{Cntrl}", " ");
    }

    private static void append(Path file, String line) {
        try {
            Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
