package dev.mirror.server;

import dev.mirror.server.config.ExitCode;
import dev.mirror.server.config.ServerOptions;
import java.io.PrintWriter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code mirror server}: runs until it is asked to end. */
@Command(
        name = "server",
        description = "Run the server: web chat, WebSocket, HTTP.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  mirror server                          http://localhost:9000, data in ./mirror-data",
            "  mirror server --port 0 --data /tmp/m   a free port, which is printed",
            "  MIRROR_PORT=8080 mirror server         every option is a variable, too",
            "  mirror server --config mirror.properties",
            "  mirror server --host 0.0.0.0 --behind-tls-proxy --allowed-origins https://chat.example.org",
        })
final class ServerCommand implements Callable<Integer> {
    private static final Logger LOG = System.getLogger(ServerCommand.class.getName());
    /** What the end may take beyond the drain: the database, threads. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ServerOptions options = new ServerOptions();

    @Override
    public Integer call() {
        options.check();
        boolean json = Logging.start(options);
        boolean first = options.store().isEmbedded()
                && !Files.exists(options.store().data().resolve("mirror.db"));
        // Heard from here on, so that a signal during the start is not lost.
        CompletableFuture<ExitCode> end = new CompletableFuture<>();
        Signals.onTermination(
                () -> end.complete(ExitCode.OK), code -> Runtime.getRuntime().halt(code));
        try (MirrorServer server = MirrorServer.start(options)) {
            server.broken().thenAccept(fault -> end.complete(fault.code()));
            announce(server, json, first);
            ExitCode decided = end.join();
            LOG.log(Level.INFO, "going down: no new connections, finishing what is under way");
            endAnyway(options.limits().drain().plus(GRACE), unfinished(decided));
        }
        LOG.log(Level.INFO, "ended");
        return end.join().number();
    }

    private void announce(MirrorServer server, boolean json, boolean first) {
        String ready = "mirror is ready: " + server.address();
        if (json) {
            LOG.log(Level.INFO, ready);
        } else {
            PrintWriter out = spec.commandLine().getOut();
            out.println(ready);
            if (first) {
                out.println("First start: open that address and sign up. Accounts and keys are kept in "
                        + options.store().data().toAbsolutePath().normalize());
            }
            out.flush();
        }
        LOG.log(Level.INFO, "metrics and health: http://127.0.0.1:{0,number,#}/metrics", server.managementPort());
        if (options.insecureHttp()) {
            LOG.log(Level.WARNING, "--insecure-http: passwords and tokens travel in clear");
        }
        options.pubnub().warning().ifPresent(warning -> LOG.log(Level.WARNING, warning));
        if (!options.managementPortChosen() && server.managementPort() != options.managementPort()) {
            LOG.log(
                    Level.WARNING,
                    "the management port {0,number,#} is taken; this one was chosen instead: {1,number,#}",
                    options.managementPort(),
                    server.managementPort());
        }
    }

    /** What an end is called that was cut short: why it began, or a failure if it began in good order. */
    static ExitCode unfinished(ExitCode decided) {
        return decided == ExitCode.OK ? ExitCode.FAILURE : decided;
    }

    /** A part that hangs must not keep the process for ever. */
    private static void endAnyway(Duration patience, ExitCode code) {
        Thread watch = new Thread(
                () -> {
                    try {
                        TimeUnit.MILLISECONDS.sleep(patience.toMillis());
                        Runtime.getRuntime().halt(code.number());
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "mirror-last-resort");
        watch.setDaemon(true);
        watch.start();
    }
}
