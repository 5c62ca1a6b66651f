package dev.mirror.server.chat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import dev.mirror.identity.Credentials;
import dev.mirror.server.config.ExitCode;
import dev.mirror.server.config.StartException;
import dev.mirror.server.config.TerminalConsole;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code mirror chat}: talks to a mirror from a terminal, or from a pipe.
 *
 * <p>Exit codes: 0 when everything said was stored, 1 when something was not or nobody could log in, 2 for a command
 * line that is not understood.
 */
@Command(
        name = "chat",
        description = "Chat from a terminal, or pipe lines in and out.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  mirror chat http://localhost:9000 --user ann",
            "  echo '/dm bob hello' | mirror chat http://localhost:9000 --user ann --password-file secret",
            "  tail -f log | mirror chat http://localhost:9000 --user log --join ops --json",
            "",
            "The password: --password-file, MIRROR_PASSWORD, or asked for.",
            "Exit codes: 0 everything said is stored, 1 something is not, 2 usage, 3 a file that cannot be read.",
        })
public final class ChatCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "URL", description = "Where mirror is, such as http://localhost:9000.")
    private URI url = URI.create("http://localhost:9000");

    @Option(names = "--user", required = true, paramLabel = "NAME", description = "Who to log in as.")
    private String user = "";

    @Option(names = "--join", paramLabel = "ROOM", description = "The room to begin in.")
    private String room = "";

    @Option(names = "--json", fallbackValue = "true", description = "Write one JSON object a line, for programs.")
    private boolean json;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "Read the password from the first line of this file.")
    private @Nullable Path passwordFile;

    /** Not for the command line, where others can read it: this is how MIRROR_PASSWORD arrives. */
    @Option(names = "--password", hidden = true)
    private @Nullable String password;

    /** A command without its arguments. */
    public ChatCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        silenceLogs();
        Charset charset = Charset.defaultCharset();
        PrintWriter out = spec.commandLine().getOut();
        Console console = TerminalConsole.find();
        boolean person = console != null && !json;
        Screen screen = json ? new JsonScreen(out) : new TextScreen(out, person);
        URI server = checkedUrl();
        Credentials.Password credentials = new Credentials.Password(user, password(console));
        try (Directory directory = new Directory(server, credentials);
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, charset))) {
            return new Terminal(server, directory, screen).run(in, room)
                    ? ExitCode.OK.number()
                    : ExitCode.FAILURE.number();
        } catch (IOException ignored) {
            return ExitCode.FAILURE.number();
        }
    }

    private URI checkedUrl() {
        String scheme = String.valueOf(url.getScheme());
        if (!scheme.matches("https?|wss?") || url.getHost() == null) {
            throw new ParameterException(
                    spec.commandLine(), "URL must be an address such as http://localhost:9000, but is " + url);
        }
        return url;
    }

    private String password(@Nullable Console console) {
        if (spec.commandLine().getParseResult().hasMatchedOption("--password")) {
            throw new ParameterException(
                    spec.commandLine(), "others can read a command line; use --password-file FILE or MIRROR_PASSWORD");
        }
        if (passwordFile != null) {
            return read(passwordFile);
        }
        if (password != null) {
            return password;
        }
        char[] typed = console == null ? null : console.readPassword("Password of %s: ", user);
        if (typed == null) {
            throw new ParameterException(
                    spec.commandLine(), "no password; give --password-file FILE, or set MIRROR_PASSWORD");
        }
        String text = new String(typed);
        Arrays.fill(typed, ' ');
        return text;
    }

    private static String read(Path file) {
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            String first = lines.readLine();
            return first == null ? "" : first;
        } catch (IOException failure) {
            throw new StartException(ExitCode.CONFIG, "cannot read the password file " + file, failure);
        }
    }

    /** What matters is said on the screen; log lines would only tear it. */
    private static void silenceLogs() {
        ILoggerFactory factory = LoggerFactory.getILoggerFactory();
        if (factory instanceof LoggerContext context) {
            context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.OFF);
        }
    }
}
