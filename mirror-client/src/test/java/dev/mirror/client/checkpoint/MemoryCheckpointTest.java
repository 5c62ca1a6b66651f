package dev.mirror.client.checkpoint;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class MemoryCheckpointTest extends CheckpointContract<Checkpoint.None> {
    private final MemoryCheckpoint memory = new MemoryCheckpoint();

    @Override
    protected Checkpoint<Checkpoint.None> make() {
        return memory;
    }

    @Test
    void servesOneClientAtATime() {
        memory.open();

        assertThatThrownBy(memory::open).isInstanceOf(CheckpointException.class);
        memory.close();
        memory.open();
    }
}
