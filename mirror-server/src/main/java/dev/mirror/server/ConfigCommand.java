package dev.mirror.server;

import dev.mirror.server.config.ServerConfig;
import dev.mirror.server.config.ServerOptions;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Spec;

/** {@code mirror config}: what the server would be told. */
@Command(
        name = "config",
        description = "Show the settings.",
        mixinStandardHelpOptions = true,
        subcommands = ConfigCommand.Show.class)
final class ConfigCommand implements Runnable {
    /** Of the keys of settings that are not shown. */
    private static final Set<String> SECRETS = Set.of("password", "secret", "token", "publish-key");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** {@code mirror config show}: every setting, its value, and where that comes from. */
    @Command(
            name = "show",
            description = "Show every setting of the server, and where its value comes from.",
            mixinStandardHelpOptions = true)
    static final class Show implements Runnable {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Mixin
        private ServerOptions options = new ServerOptions();

        @Override
        public void run() {
            options.check();
            for (OptionSpec option : spec.options()) {
                if (!option.usageHelp() && !option.versionHelp()) {
                    String key = ServerConfig.key(option);
                    spec.commandLine()
                            .getOut()
                            .println(String.format(
                                    Locale.ROOT, "%-22s = %-24s # %s", key, shown(key, option), origin(option)));
                }
            }
            options.pubnub()
                    .warning()
                    .ifPresent(warning -> spec.commandLine().getOut().println("# warning: " + warning));
        }

        private String origin(OptionSpec option) {
            if (spec.commandLine().getParseResult().hasMatchedOption(option.longestName())) {
                return "command line";
            }
            IDefaultValueProvider provider = spec.commandLine().getDefaultValueProvider();
            return provider instanceof ServerConfig config
                    ? config.origin(option).orElse("default")
                    : "default";
        }

        private String shown(String key, OptionSpec option) {
            if (key.equals("database")) {
                // The address may hold a password; what the store would open knows how to say it without.
                return options.store().isEmbedded()
                        ? ""
                        : options.store().database().toString();
            }
            if (key.equals("pubnub-keysets")) {
                return options.pubnub().keysets().toString();
            }
            if (SECRETS.stream().anyMatch(key::contains)) {
                return "***";
            }
            @Nullable Object value = option.getValue();
            if (value == null) {
                return "";
            }
            return value instanceof Collection<?> list
                    ? list.stream().map(String::valueOf).collect(Collectors.joining(","))
                    : value.toString();
        }
    }
}
