package dev.mirror.examples;

import dev.mirror.client.ChannelEvent.Amendment;
import dev.mirror.client.ClientBuilder;
import dev.mirror.client.MirrorClient;
import dev.mirror.client.Receipt;
import dev.mirror.client.checkpoint.FileCheckpoint;
import dev.mirror.client.checkpoint.Start;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A bot that takes its time: it marks a question as read, says at once that it works on it, and edits that into the answer
 * when it has one. Who corrects a question sees by a reaction that the bot took notice. Questions that were asked while it
 * was away wait for it.
 */
public final class PatientBot {
    private PatientBot() {}

    static ClientBuilder patient(ClientBuilder bot, Path handled) {
        return bot.checkpoint(FileCheckpoint.at(handled))
                .startAt(Start.EARLIEST)
                .onDirect((question, chat) -> {
                    chat.markRead(question.position());
                    Receipt said = chat.reply("Counting …").get();
                    int letters =
                            question.text().codePointCount(0, question.text().length());
                    chat.edit(said.position(), "That has " + letters + " letters")
                            .get();
                })
                .onAmendment((correction, chat) -> {
                    if (correction.kind() == Amendment.Kind.EDIT) {
                        chat.react(correction.original(), "👀");
                    }
                });
    }

    /**
     * Runs the bot until the server ends it.
     *
     * @param args the server's address, the bot's name, the file with its password, and a file for what it has handled
     */
    public static void main(String[] args) throws Exception {
        String password = Files.readString(Path.of(args[2])).strip();
        ClientBuilder builder = MirrorClient.builder(URI.create(args[0])).password(args[1], password);
        try (MirrorClient bot = patient(builder, Path.of(args[3])).build()) {
            bot.connect();
            bot.closed().get();
        }
    }
}
