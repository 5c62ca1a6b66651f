package dev.mirror.client.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mirror.channel.ChannelName;
import dev.mirror.client.checkpoint.Checkpoint.Step;
import dev.mirror.message.Position;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FileCheckpointTest extends CheckpointContract<Checkpoint.None> {
    private static final ChannelName LOBBY = ChannelName.room("lobby");
    private static final Checkpoint.Work<Checkpoint.None> NOTHING = transaction -> {};

    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("bot.checkpoint");
    }

    @Override
    protected Checkpoint<Checkpoint.None> make() {
        return FileCheckpoint.at(file());
    }

    private void written() throws Exception {
        try (Checkpoint<Checkpoint.None> checkpoint = make()) {
            checkpoint.open();
            checkpoint.handle(new Step(LOBBY, new Position("e", 17), 17), NOTHING);
            checkpoint.handle(new Step(LOBBY, new Position("e", 20), 17), NOTHING);
            checkpoint.handle(new Step(LOBBY, new Position("e", 21), 17), NOTHING);
            checkpoint.handle(new Step(LOBBY, new Position("e", 30), 17), NOTHING);
        }
    }

    @Test
    void fileCanBeReadByAPerson() throws Exception {
        written();

        assertThat(Files.readString(file())).startsWith("mirror-checkpoint 1\nlobby\te\t17\t20-21,30\nend ");
    }

    @Test
    void serviceOfTwoBotsIsRefusedUntilTheFirstOneEnds() {
        try (Checkpoint<Checkpoint.None> first = make()) {
            first.open();

            assertThatThrownBy(() -> make().open())
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageStartingWith("another bot uses the checkpoint");
            assertThatThrownBy(first::open).isInstanceOf(CheckpointException.class);
        }
        try (Checkpoint<Checkpoint.None> second = make()) {
            assertThat(second.open()).isEmpty();
        }
    }

    @Test
    void everyFlippedBitIsNoticed() throws Exception {
        written();
        byte[] right = Files.readAllBytes(file());
        for (int bit = 0; bit < right.length * 8; bit++) {
            byte[] wrong = right.clone();
            wrong[bit / 8] ^= (byte) (1 << (bit % 8));
            Files.write(file(), wrong);

            assertThatThrownBy(() -> make().open()).as("bit " + bit).isInstanceOf(CheckpointException.class);
        }
    }

    @Test
    void everyTruncationIsNoticed() throws Exception {
        written();
        String right = Files.readString(file());
        for (int length = 0; length < right.length(); length++) {
            Files.writeString(file(), right.substring(0, length));

            assertThatThrownBy(() -> make().open()).as("length " + length).isInstanceOf(CheckpointException.class);
        }
    }

    @Test
    void damagedFileSaysWhatToDo() throws Exception {
        written();
        Files.writeString(file(), Files.readString(file()).replace("17", "18"));

        assertThatThrownBy(() -> make().open())
                .hasMessageContaining("is damaged")
                .hasMessageContaining("remove it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "PRIVATE KEY", "{\"offset\":17}", "mirror-checkpoint"})
    void foreignFileIsNeverTouched(String content) throws IOException {
        Files.writeString(file(), content);

        assertThatThrownBy(() -> make().open()).hasMessageContaining("is not a checkpoint");
        assertThat(file()).hasContent(content);
    }

    @Test
    void fileOfANewerVersionIsRefused() throws IOException {
        Files.writeString(file(), "mirror-checkpoint 2\n");

        assertThatThrownBy(() -> make().open()).hasMessageContaining("newer version");
    }

    @Test
    void refusedFileCanBeReplaced() throws Exception {
        Files.writeString(file(), "nonsense");
        Checkpoint<Checkpoint.None> checkpoint = make();
        assertThatThrownBy(checkpoint::open).isInstanceOf(CheckpointException.class);
        Files.delete(file());

        assertThat(checkpoint.open()).isEmpty();
        checkpoint.close();
    }

    @Test
    void leftoverOfACrashIsOverwritten() throws Exception {
        Files.writeString(folder.resolve("bot.checkpoint.new"), "half of a");
        written();

        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("bot.checkpoint", "bot.checkpoint.lock");
        }
    }

    @Test
    void k5_whatCouldNotBeWrittenIsWrittenLaterAndWorkIsNotRepeated() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        Path blocker = folder.resolve("bot.checkpoint.new");
        Step step = new Step(LOBBY, new Position("e", 1), 1);
        try (Checkpoint<Checkpoint.None> checkpoint = make()) {
            checkpoint.open();
            Files.createDirectory(blocker);
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> checkpoint.handle(step, transaction -> runs.incrementAndGet()))
                        .isInstanceOf(CheckpointException.class);
            }
            Files.delete(blocker);
            checkpoint.handle(step, transaction -> runs.incrementAndGet());
        }

        assertThat(runs).hasValue(1);
        try (Checkpoint<Checkpoint.None> next = make()) {
            assertThat(next.open()).containsEntry(LOBBY, Progress.upTo(new Position("e", 1)));
        }
    }
}
