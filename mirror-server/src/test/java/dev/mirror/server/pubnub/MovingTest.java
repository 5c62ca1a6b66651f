package dev.mirror.server.pubnub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.server.MirrorServer;
import dev.mirror.server.config.ServerOptions;
import dev.mirror.server.store.ImportCommand;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The scripts of docs/pubnub.md take a history from one service to another, and back. */
class MovingTest {
    private static final Pattern SCRIPT = Pattern.compile("```js\\n(// node (\\S+) .*?)```", Pattern.DOTALL);
    private static final int PATIENCE_SECONDS = 60;
    private static final String HISTORY = "/v3/history/sub-key/sub-open/channel/";
    private static final String PUBLISH = "/publish/pub-open/sub-open/0/";

    @TempDir
    Path folder;

    private static MirrorServer start(Path data) {
        return MirrorServer.start(CommandLine.populateCommand(
                new ServerOptions(), "--port=0", "--management-port=0", "--data=" + data, Stage.KEYSETS));
    }

    private static String get(MirrorServer server, String target) {
        try (RawConnection raw = new RawConnection(server.port())) {
            return raw.get(target).body();
        }
    }

    private void scripts() throws IOException {
        Matcher scripts = SCRIPT.matcher(Files.readString(Path.of("../docs/pubnub.md")));
        while (scripts.find()) {
            Files.writeString(folder.resolve(scripts.group(2)), scripts.group(1));
        }
    }

    private void run(Redirect input, Path output, String... command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(NpmPackage.node().getPath()));
        all.addAll(List.of(command));
        Process process = new ProcessBuilder(all)
                .directory(folder.toFile())
                .redirectInput(input)
                .redirectOutput(output.toFile())
                .redirectError(folder.resolve("errors").toFile())
                .start();
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(folder.resolve("errors"))).isEmpty();
    }

    @Test
    void theScriptsOfTheGuideMoveAHistoryInAndOut() throws IOException, InterruptedException {
        NpmPackage.node();
        scripts();
        Path lines = folder.resolve("messages.ndjson");
        Path moved = folder.resolve("moved");
        String there;
        try (MirrorServer from = start(folder.resolve("from"))) {
            for (int i = 0; i < 120; i++) {
                get(from, PUBLISH + "caf%C3%A9/0/{%22n%22:" + i + "}?uuid=ann%20b&meta=%7B%22k%22:" + i + "%7D");
            }
            get(from, PUBLISH + "other/0/%22x%22");
            String origin = "http://127.0.0.1:" + from.port();
            run(Redirect.PIPE, lines, "read-history.mjs", origin, "sub-open", "café", "other", "none");
            assertThat(new CommandLine(new ImportCommand()).execute(lines.toString(), "--data=" + moved))
                    .isZero();
            there = get(from, HISTORY + "caf%C3%A9?include_uuid=true&include_meta=true");
        }
        try (MirrorServer to = start(moved)) {
            assertThat(get(to, HISTORY + "caf%C3%A9?include_uuid=true&include_meta=true"))
                    .contains("\"message\":{\"n\":119}", "\"uuid\":\"ann b\"")
                    .isEqualTo(there);
            run(
                    Redirect.from(lines.toFile()),
                    folder.resolve("nothing"),
                    "replay.mjs",
                    "http://127.0.0.1:" + to.port(),
                    "pub-open",
                    "sub-open");
            String again = get(to, HISTORY + "caf%C3%A9?include_uuid=true&include_meta=true");
            String times = "\"timetoken\":\"\\d+\"";
            assertThat(again).isNotEqualTo(there);
            assertThat(again.replaceAll(times, "")).isEqualTo(there.replaceAll(times, ""));
        }
    }
}
