package dev.mirror.server.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Where settings come from that are not on the command line: the environment first, then a properties file. The only
 * class that reads either.
 *
 * <p>An option {@code --some-thing} is the variable {@code MIRROR_SOME_THING} and the key {@code some-thing}. The variable
 * {@code MIRROR_SOME_THING_FILE} names a file that holds the value, for secrets. Read once; immutable afterwards.
 */
public final class ServerConfig implements IDefaultValueProvider {
    private static final String PREFIX = "MIRROR_";
    private static final String CONFIG = "config";
    /** Read by the launcher and the build, not by the server. */
    private static final Set<String> FOREIGN =
            Set.of("MIRROR_JAVA_OPTS", "MIRROR_REQUIRE_BROWSER", "MIRROR_REQUIRE_NODE");

    private final Map<String, String> environment;
    private final Map<String, String> file;
    private final @Nullable Path path;

    private ServerConfig(Map<String, String> environment, Map<String, String> file, @Nullable Path path) {
        this.environment = environment;
        this.file = file;
        this.path = path;
    }

    /**
     * Reads the sources.
     *
     * @param arguments the command line, which may name the file
     * @throws StartException if the file cannot be read
     */
    public static ServerConfig read(Map<String, String> environment, String... arguments) {
        Map<String, String> ours = new TreeMap<>();
        environment.forEach((name, value) -> {
            if (name.startsWith(PREFIX) && !FOREIGN.contains(name) && !isServiceLink(name, value)) {
                ours.put(name, value);
            }
        });
        Path path = fileNamed(ours, arguments);
        return new ServerConfig(ours, path == null ? Map.of() : load(path), path);
    }

    /** Kubernetes describes a service called "mirror" in variables that look like ours. */
    private static boolean isServiceLink(String name, String value) {
        return name.startsWith("MIRROR_SERVICE_") || name.startsWith("MIRROR_PORT_") || value.startsWith("tcp://");
    }

    private static @Nullable Path fileNamed(Map<String, String> environment, String... arguments) {
        String option = "--" + CONFIG;
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].startsWith(option + "=")) {
                return Path.of(arguments[i].substring(option.length() + 1));
            }
            if (arguments[i].equals(option) && i + 1 < arguments.length) {
                return Path.of(arguments[i + 1]);
            }
        }
        String named = environment.get(variable(CONFIG));
        return named == null || named.isBlank() ? null : Path.of(named);
    }

    private static Map<String, String> load(Path path) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException failure) {
            throw new StartException(
                    ExitCode.CONFIG,
                    "cannot read the configuration file " + path.toAbsolutePath()
                            + "; name a readable properties file with --config",
                    failure);
        }
        Map<String, String> values = new TreeMap<>();
        properties
                .stringPropertyNames()
                .forEach(key -> values.put(key, properties.getProperty(key).strip()));
        return values;
    }

    /**
     * Compares what was given with what there is.
     *
     * @param known the keys that there are
     * @return warnings about variables that nothing reads
     * @throws StartException if the file has a key that nothing reads
     */
    public List<String> check(Set<String> known) {
        for (String key : file.keySet()) {
            if (!known.contains(key)) {
                throw new StartException(
                        ExitCode.CONFIG, path + " has the unknown key \"" + key + "\"" + hint(Nearest.to(key, known)));
            }
        }
        Set<String> variables = new TreeSet<>(Set.of(variable(CONFIG)));
        for (String key : known) {
            variables.add(variable(key));
        }
        List<String> warnings = new ArrayList<>();
        for (String name : environment.keySet()) {
            boolean read = variables.contains(name)
                    || (name.endsWith("_FILE") && variables.contains(name.substring(0, name.length() - 5)));
            if (!read) {
                warnings.add("the variable " + name + " is not read by anything" + hint(Nearest.to(name, variables)));
            }
        }
        return warnings;
    }

    private static String hint(Optional<String> nearest) {
        return nearest.map(name -> "; did you mean " + name + "?").orElse("");
    }

    /** The key of an option in a file: its longest name, without the dashes. */
    public static String key(OptionSpec option) {
        return option.longestName().replaceFirst("^-+", "");
    }

    /** The variable of a key. */
    public static String variable(String key) {
        return PREFIX + key.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        return found(argument).map(Found::value).orElse(null);
    }

    /** Where the value of an option comes from if the command line has none; empty for its default. */
    public Optional<String> origin(ArgSpec argument) {
        return found(argument).map(Found::origin);
    }

    private Optional<Found> found(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option) || option.usageHelp() || option.versionHelp()) {
            return Optional.empty();
        }
        String key = key(option);
        String variable = variable(key);
        String direct = environment.get(variable);
        if (direct != null && !direct.isBlank()) {
            return Optional.of(new Found(direct.strip(), variable));
        }
        String indirect = environment.get(variable + "_FILE");
        if (indirect != null && !indirect.isBlank()) {
            return Optional.of(new Found(content(Path.of(indirect), variable + "_FILE"), variable + "_FILE"));
        }
        String kept = file.get(key);
        return kept == null || kept.isEmpty() ? Optional.empty() : Optional.of(new Found(kept, String.valueOf(path)));
    }

    private static String content(Path file, String variable) {
        try {
            return Files.readString(file).strip();
        } catch (IOException failure) {
            throw new StartException(ExitCode.CONFIG, variable + " names a file that cannot be read", failure);
        }
    }

    private record Found(String value, String origin) {}
}
