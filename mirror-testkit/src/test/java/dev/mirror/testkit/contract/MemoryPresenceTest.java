package dev.mirror.testkit.contract;

import dev.mirror.memory.MemoryPresence;
import dev.mirror.spi.Presence;
import dev.mirror.spi.Scheduler;
import java.time.Duration;

class MemoryPresenceTest extends PresenceContract {
    @Override
    protected Presence open(Scheduler scheduler, Duration grace) {
        return new MemoryPresence(scheduler, grace);
    }
}
