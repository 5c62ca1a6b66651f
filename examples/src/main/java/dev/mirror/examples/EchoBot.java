package dev.mirror.examples;

import dev.mirror.client.ClientBuilder;
import dev.mirror.client.MirrorClient;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A bot that answers: every direct message, and {@code !echo} in the room "lobby".
 *
 * <p>To try it: sign up as "echo" on http://localhost:9000, put the password into a file, and run this with
 * {@code http://localhost:9000 echo FILE}.
 */
public final class EchoBot {
    private EchoBot() {}

    /** What the bot does. Apart from {@link #main}, so that a test can put it on another network. */
    static ClientBuilder echo(ClientBuilder bot) {
        return bot.onDirect((message, chat) -> chat.reply("You said: " + message.text()))
                .onChannel("lobby", (message, chat) -> {
                    if (message.text().startsWith("!echo ")) {
                        chat.reply(message.text().substring("!echo ".length()));
                    }
                })
                .onState(change -> System.out.println("echo bot: " + change.to()));
    }

    /**
     * Runs the bot until the server ends it.
     *
     * @param args the server's address, the bot's name, and the file with its password
     */
    public static void main(String[] args) throws Exception {
        String password = Files.readString(Path.of(args[2])).strip();
        try (MirrorClient bot = echo(MirrorClient.builder(URI.create(args[0])).password(args[1], password))
                .build()) {
            bot.connect();
            bot.closed().get();
        }
    }
}
