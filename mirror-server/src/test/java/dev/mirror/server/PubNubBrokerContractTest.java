package dev.mirror.server;

import dev.mirror.pubnub.PubNubBroker;
import dev.mirror.pubnub.PubNubBrokerOptions;
import dev.mirror.spi.Broker;
import dev.mirror.testkit.contract.BrokerContract;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A broker over PubNub's SDK keeps the contract of brokers, over real HTTP, with the gateway as PubNub. */
class PubNubBrokerContractTest extends BrokerContract {
    private static final int KEYSETS = 150;

    @TempDir
    static Path data;

    private static TestServer server;
    private static Threads threads;
    private static int used;

    private final IdentityHashMap<Broker, Integer> keysets = new IdentityHashMap<>();

    @BeforeAll
    static void start() {
        String all = IntStream.rangeClosed(1, KEYSETS)
                .mapToObj(i -> "subscribe=sub-" + i + ",publish=pub-" + i)
                .collect(Collectors.joining(";"));
        server = TestServer.start(data, "--pubnub-keysets=" + all, "--pubnub-publish-per-second=0");
        threads = new Threads();
    }

    @AfterAll
    static void stop() {
        server.close();
        threads.close();
    }

    /** Every keyset is a store of its own. */
    @Override
    protected Broker open() {
        return open(++used);
    }

    @Override
    protected Optional<Broker> reopen(Broker ended) {
        return Optional.of(open(keysets.getOrDefault(ended, 0)));
    }

    private Broker open(int keyset) {
        PubNubBrokerOptions options = PubNubBrokerOptions.builder("pub-" + keyset, "sub-" + keyset)
                .origin("127.0.0.1:" + server.port())
                .secure(false)
                .reorder(Duration.ofMillis(5))
                .request(Duration.ofSeconds(10))
                .build();
        Broker broker = new PubNubBroker(options, InstantSource.system(), new SecureRandom(), threads);
        keysets.put(broker, keyset);
        return broker;
    }
}
