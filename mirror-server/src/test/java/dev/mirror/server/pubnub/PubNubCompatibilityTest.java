package dev.mirror.server.pubnub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.server.MirrorServer;
import dev.mirror.server.config.ServerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;
import picocli.CommandLine;

/**
 * PubNub's SDKs, unmodified, against a whole server: each row of the table with each SDK that has such a call. At the
 * end docs/pubnub-compatibility.md has to say what came of it.
 */
class PubNubCompatibilityTest {
    private static final Path PAGE = Path.of("../docs/pubnub-compatibility.md");
    private static final Path WRITTEN = Path.of("target/pubnub-compatibility.md");

    private static final List<Behaviour> ROWS = Stream.of(
                    PublishBehaviours.all(),
                    SubscribeBehaviours.all(),
                    PresenceBehaviours.all(),
                    StoredBehaviours.all(),
                    AccessBehaviours.all(),
                    RawBehaviours.all())
            .flatMap(List::stream)
            .toList();

    private static MirrorServer server;
    private static Sdk grants;
    private static final List<Sdk> SDKS = new ArrayList<>();
    private final Compatibility table = new Compatibility(ROWS);

    @BeforeAll
    static void start(@TempDir Path data) {
        ServerOptions options = CommandLine.populateCommand(
                new ServerOptions(), "--port=0", "--management-port=0", "--data=" + data, Stage.KEYSETS);
        server = MirrorServer.start(options);
        grants = new JavaSdk("127.0.0.1:" + server.port());
    }

    @AfterAll
    static void stop() {
        SDKS.forEach(Sdk::close);
        grants.close();
        server.close();
    }

    @TestFactory
    Stream<DynamicNode> everyRowIsTriedAndThePageSaysWhatCameOfIt() {
        return Stream.concat(
                Stream.of(Column.values()).map(this::column),
                Stream.of(DynamicTest.dynamicTest("docs/pubnub-compatibility.md", this::comparePage)));
    }

    private DynamicNode column(Column column) {
        Sdk sdk;
        try {
            sdk = sdk(column);
        } catch (TestAbortedException missing) {
            return DynamicTest.dynamicTest(column.title(), () -> {
                throw missing;
            });
        }
        return DynamicContainer.dynamicContainer(
                column.title(),
                ROWS.stream()
                        .filter(row -> row.by().contains(column))
                        .map(row -> DynamicTest.dynamicTest(row.title(), () -> run(row, column, sdk))));
    }

    private static @Nullable Sdk sdk(Column column) {
        String origin = "127.0.0.1:" + server.port();
        Sdk sdk = switch (column) {
            case JAVA -> new JavaSdk(origin);
            case JS7 -> NodeSdk.start("sdk7.js", NpmPackage.require("pubnub", "7.3.3"), origin);
            case JS3 -> NodeSdk.start("sdk3.js", NpmPackage.require("pubnub", "3.16.5"), origin);
            case RAW -> null;
        };
        if (sdk != null) {
            SDKS.add(sdk);
        }
        return sdk;
    }

    private void run(Behaviour row, Column column, @Nullable Sdk sdk) {
        table.note(row, column, false);
        Sdk granting = column == Column.JS7 && sdk != null ? sdk : grants;
        try (Stage stage = new Stage(sdk, granting, server.port())) {
            row.step().run(stage);
        } catch (RuntimeException | AssertionError failure) {
            throw new AssertionError(column.title() + ", " + row.title(), failure);
        }
        table.note(row, column, true);
    }

    private void comparePage() throws IOException {
        String before = Files.exists(PAGE) ? Files.readString(PAGE) : "";
        String page = table.page(before);
        Files.writeString(WRITTEN, page);
        assertThat(before)
                .as("the page is not what this run gives; write it anew: cp mirror-server/%s docs/", WRITTEN)
                .isEqualTo(page);
    }
}
