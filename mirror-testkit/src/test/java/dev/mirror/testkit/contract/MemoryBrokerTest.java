package dev.mirror.testkit.contract;

import dev.mirror.memory.MemoryBroker;
import dev.mirror.spi.Broker;
import dev.mirror.testkit.time.SeededRandom;
import java.time.InstantSource;
import java.util.Optional;

class MemoryBrokerTest extends BrokerContract {
    private final SeededRandom random = SeededRandom.of(1);

    @Override
    protected Broker open() {
        return new MemoryBroker(InstantSource.system(), random);
    }

    @Override
    protected Optional<Broker> openKeeping(int publicationsPerChannel) {
        MemoryBroker.Limits limits = new MemoryBroker.Limits(publicationsPerChannel, 1 << 20, 1 << 10);
        return Optional.of(new MemoryBroker(InstantSource.system(), random, limits));
    }
}
