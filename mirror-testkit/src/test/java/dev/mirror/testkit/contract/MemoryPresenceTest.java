package dev.mirror.testkit.contract;

import dev.mirror.memory.MemoryPresence;
import dev.mirror.spi.Presence;

class MemoryPresenceTest extends PresenceContract {
    @Override
    protected Presence open() {
        return new MemoryPresence();
    }
}
