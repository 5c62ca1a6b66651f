package dev.mirror.sql;

import dev.mirror.testkit.contract.ConversationsContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestDatabase.class)
class SqlConversationsContractTest extends ConversationsContract {
    @Parameter
    TestDatabase database;

    @TempDir
    Path parent;

    private final List<LogFixture> opened = new ArrayList<>(); // only the test's thread
    private Path folder; // of the last one that was opened; only the test's thread

    @Override
    protected Store open() throws IOException {
        folder = Files.createTempDirectory(parent, "store");
        return openFolder();
    }

    @Override
    protected Optional<Store> reopen(Store ended) {
        opened.forEach(LogFixture::close);
        return Optional.of(openFolder());
    }

    private Store openFolder() {
        LogFixture fixture = new LogFixture(database.in(folder));
        opened.add(fixture);
        return new Store(fixture.log(), fixture.log().conversations());
    }

    @AfterEach
    void closeStores() {
        opened.forEach(LogFixture::close);
    }
}
