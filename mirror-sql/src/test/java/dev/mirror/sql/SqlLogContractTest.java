package dev.mirror.sql;

import dev.mirror.channel.ChannelKind;
import dev.mirror.spi.Broker;
import dev.mirror.testkit.contract.BrokerContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestDatabase.class)
class SqlLogContractTest extends BrokerContract {
    @Parameter
    TestDatabase database;

    @TempDir
    Path parent;

    private final List<LogFixture> opened = new ArrayList<>(); // only the test's thread
    private final Map<Broker, Path> folders = new HashMap<>(); // only the test's thread

    @Override
    protected Broker open() throws IOException {
        return open(Files.createTempDirectory(parent, "store"), LogOptions.STANDARD);
    }

    @Override
    protected Optional<Broker> openKeeping(int publicationsPerChannel) throws IOException {
        LogOptions options =
                LogOptions.STANDARD.withKept(ChannelKind.ROOM, new LogOptions.Keep(null, publicationsPerChannel));
        return Optional.of(open(Files.createTempDirectory(parent, "store"), options));
    }

    @Override
    protected Optional<Broker> reopen(Broker ended) {
        opened.forEach(LogFixture::close);
        return Optional.of(open(folders.get(ended), LogOptions.STANDARD));
    }

    private Broker open(Path folder, LogOptions options) {
        LogFixture fixture = new LogFixture(database.in(folder), options);
        opened.add(fixture);
        folders.put(fixture.log(), folder);
        return fixture.log();
    }

    @AfterEach
    void closeStores() {
        opened.forEach(LogFixture::close);
    }
}
