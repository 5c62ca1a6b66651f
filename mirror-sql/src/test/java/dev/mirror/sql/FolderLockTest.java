package dev.mirror.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {
    private static final int TAKEN = 10;
    private static final int REFUSED = 11;

    @TempDir
    Path folder;

    /** Another process that wants the folder. */
    static final class Other {
        private Other() {}

        public static void main(String[] arguments) {
            try (FolderLock lock = FolderLock.take(Path.of(arguments[0]))) {
                System.exit(lock == null ? 1 : TAKEN);
            } catch (StoreException.InUse refused) {
                System.exit(REFUSED);
            }
        }
    }

    private int inAnotherProcess() throws IOException, InterruptedException {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Other.class.getName(),
                        folder.toString())
                .inheritIO()
                .start();
        assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return other.exitValue();
    }

    /** A refusal in the process that has the folder must not take it from whoever has it. */
    @Test
    void aRefusalLeavesTheFolderToItsOwner() throws IOException, InterruptedException {
        try (FolderLock lock = FolderLock.take(folder)) {
            assertThat(lock).isNotNull();
            assertThat(inAnotherProcess()).isEqualTo(REFUSED);
            assertThatThrownBy(() -> FolderLock.take(folder))
                    .isInstanceOf(StoreException.InUse.class)
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
            assertThat(inAnotherProcess()).isEqualTo(REFUSED);
        }
        assertThat(inAnotherProcess()).isEqualTo(TAKEN);
    }
}
