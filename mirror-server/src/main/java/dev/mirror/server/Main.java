package dev.mirror.server;

import dev.mirror.server.chat.ChatCommand;
import dev.mirror.server.config.ExitCode;
import dev.mirror.server.config.Nearest;
import dev.mirror.server.config.ServerConfig;
import dev.mirror.server.config.StartException;
import dev.mirror.server.store.BackupCommand;
import dev.mirror.server.store.CheckCommand;
import dev.mirror.server.store.ExportCommand;
import dev.mirror.server.store.ImportCommand;
import dev.mirror.server.store.RenewEpochCommand;
import dev.mirror.server.store.RestoreCommand;
import dev.mirror.server.trace.TraceCommand;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** Starts mirror from the command line. */
@Command(
        name = "mirror",
        description = "Channels and direct messages.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  mirror server                  run the server, then open http://localhost:9000",
            "  mirror server --help           all its options; each is also MIRROR_... and a key of a file",
            "  mirror backup FILE             a copy of accounts and messages, while the server runs",
            "  mirror trace ID                what became of a message on the running server",
            "  mirror config show             what the server would be told, and by whom",
            "",
            "Exit codes: 0 as asked, 1 failure, 2 usage, 3 configuration, 4 cannot open a port,",
            "5 store unusable or in use, 6 data of a newer mirror, 7 data damaged.",
        })
public final class Main implements Runnable {
    /** To the end, because a password may have any character in it. */
    private static final Pattern ADDRESS = Pattern.compile("\\S*://.*", Pattern.DOTALL);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private Main() {}

    /**
     * Runs one command, and ends the process with its exit code.
     *
     * @param arguments the command and its options
     */
    public static void main(String[] arguments) {
        Logging.quiet(); // until a server says how it logs
        System.exit(run(commands(), System.getenv(), arguments));
    }

    static int run(CommandLine line, Map<String, String> environment, String... arguments) {
        try {
            ServerConfig config = ServerConfig.read(environment, arguments);
            for (String warning : config.check(keys(line))) {
                line.getErr().println("mirror: " + warning);
            }
            line.setDefaultValueProvider(config);
            line.setParameterExceptionHandler((failure, args) -> misunderstood(failure, config, args));
        } catch (StartException failure) {
            return failed(line.getErr(), failure);
        }
        line.setExecutionExceptionHandler((failure, command, result) -> {
            if (failure instanceof StartException known) {
                return failed(line.getErr(), known);
            }
            throw failure;
        });
        return line.execute(arguments);
    }

    /** Every command there is. */
    static CommandLine commands() {
        CommandLine line = new CommandLine(new Main())
                .addSubcommand(new ServerCommand())
                .addSubcommand(new ChatCommand())
                .addSubcommand(new BackupCommand())
                .addSubcommand(new RestoreCommand())
                .addSubcommand(new RenewEpochCommand())
                .addSubcommand(new CheckCommand())
                .addSubcommand(new ExportCommand())
                .addSubcommand(new ImportCommand())
                .addSubcommand(new TraceCommand())
                .addSubcommand(new ConfigCommand())
                .addSubcommand(new Version())
                // After the commands, so that it counts for them.
                .setCaseInsensitiveEnumValuesAllowed(true);
        sayVersion(line);
        return line;
    }

    /** Every command answers {@code --version} alike. */
    private static void sayVersion(CommandLine line) {
        line.getCommandSpec().versionProvider(new Version());
        line.getSubcommands().values().forEach(Main::sayVersion);
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** What a file may have as keys: the options of all commands. */
    private static Set<String> keys(CommandLine line) {
        Set<String> keys = new TreeSet<>();
        for (OptionSpec option : line.getCommandSpec().options()) {
            if (!option.usageHelp() && !option.versionHelp()) {
                keys.add(ServerConfig.key(option));
            }
        }
        line.getSubcommands().values().forEach(sub -> keys.addAll(keys(sub)));
        return keys;
    }

    private static int failed(PrintWriter err, StartException failure) {
        err.println("mirror: " + failure.getMessage());
        Throwable cause = failure.getCause();
        if (failure.code() == ExitCode.FAILURE && cause != null) {
            cause.printStackTrace(err);
        }
        err.flush();
        return failure.code().number();
    }

    private static int misunderstood(ParameterException failure, ServerConfig config, String... arguments) {
        CommandLine line = failure.getCommandLine();
        PrintWriter err = line.getErr();
        Optional<String> origin = origin(failure.getArgSpec(), config, arguments);
        if (origin.isPresent()) {
            err.println("mirror: " + origin.get() + ": " + withoutAddresses(String.valueOf(failure.getMessage())));
            return ExitCode.CONFIG.number();
        }
        if (failure instanceof UnmatchedArgumentException unmatched) {
            err.println("mirror: " + unknown(line, unmatched.getUnmatched()));
        } else {
            err.println("mirror: " + withoutAddresses(String.valueOf(failure.getMessage())));
        }
        err.println("mirror: see " + line.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USAGE.number();
    }

    /** Whether what could not be read came from a variable or a file. */
    private static Optional<String> origin(ArgSpec argument, ServerConfig config, String... arguments) {
        if (!(argument instanceof OptionSpec option)) {
            return Optional.empty();
        }
        for (String typed : arguments) {
            for (String name : option.names()) {
                if (typed.equals(name) || typed.startsWith(name + "=")) {
                    return Optional.empty();
                }
            }
        }
        return config.origin(option);
    }

    /** An address may have a password in it. */
    private static String withoutAddresses(String sentence) {
        return ADDRESS.matcher(sentence).replaceAll("(an address)");
    }

    private static String unknown(CommandLine line, List<String> unmatched) {
        String word = unmatched.get(0);
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        if (name.contains("://")) {
            return "an address stands where none is expected; it is not repeated here, since it may have a password"
                    + " (a database is named with --database)";
        }
        boolean option = name.startsWith("-");
        Collection<String> known = option
                ? line.getCommandSpec().optionsMap().keySet()
                : line.getSubcommands().keySet();
        String hint = Nearest.to(name, known)
                .map(near -> "; did you mean " + near + "?")
                .orElse("");
        return "unknown " + (option ? "option " : "command ") + name + hint;
    }
}
