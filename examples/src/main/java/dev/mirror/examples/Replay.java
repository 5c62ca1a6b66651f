package dev.mirror.examples;

import dev.mirror.client.ChannelEvent;
import dev.mirror.client.ChannelReader;
import dev.mirror.client.MirrorClient;
import dev.mirror.client.checkpoint.Start;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** Prints everything that was ever said in a channel, and then goes on with what is said: one loop for both. */
public final class Replay {
    private Replay() {}

    /**
     * Reads until it is interrupted, or the server ends it.
     *
     * @param args the server's address, a user's name, the file with the password, and the channel
     */
    public static void main(String[] args) throws Exception {
        String password = Files.readString(Path.of(args[2])).strip();
        try (MirrorClient client = MirrorClient.builder(URI.create(args[0]))
                        .password(args[1], password)
                        .build();
                ChannelReader channel = client.read(args[3], Start.EARLIEST)) {
            client.connect();
            for (ChannelEvent event : channel) {
                if (channel.missed()) {
                    System.out.println("-- messages are missing here --");
                }
                System.out.println(event.position().offset() + " " + event.name() + ": " + event.text());
            }
        }
    }
}
