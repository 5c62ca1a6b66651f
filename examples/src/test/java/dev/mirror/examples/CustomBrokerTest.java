package dev.mirror.examples;

import dev.mirror.spi.Broker;
import dev.mirror.testkit.contract.BrokerContract;

/** Everything that mirror asks of a broker, asked of one's own. */
final class CustomBrokerTest extends BrokerContract {
    @Override
    protected Broker open() {
        return new CustomBroker();
    }
}
