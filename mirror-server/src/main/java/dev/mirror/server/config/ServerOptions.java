package dev.mirror.server.config;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.eclipse.jetty.util.InetAddressSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Every setting of the server, declared once for the command line, the environment and the file.
 *
 * <p>Filled by picocli, then {@linkplain #check checked}; read-only for everybody else.
 */
public final class ServerOptions {
    /** How a log line looks. */
    public enum LogFormat {
        /** Text on a terminal, JSON elsewhere. */
        AUTO,
        /** For people. */
        TEXT,
        /** One object a line. */
        JSON
    }

    /** Where the management port is if nobody says otherwise and it is free. */
    public static final int DEFAULT_MANAGEMENT_PORT = 9001;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "the port for everything; 0 picks a free one (${DEFAULT-VALUE})")
    private int port = 9000;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            description = "the address to listen on (${DEFAULT-VALUE}); anything but loopback needs TLS in front")
    private String host = "127.0.0.1";

    @Mixin
    private StoreOptions store = new StoreOptions();

    @Option(
            names = "--management-port",
            paramLabel = "PORT",
            description =
                    "metrics, health and traces, on loopback only; 0 picks a free one (9001, or a free one if that is taken)")
    private @Nullable Integer managementPort;

    @Option(
            names = "--behind-tls-proxy",
            fallbackValue = "true",
            description = "a proxy in front speaks TLS: cookies become Secure, HSTS is sent, X-Forwarded-For is read")
    private boolean behindTlsProxy;

    @Option(
            names = "--trusted-proxies",
            paramLabel = "ADDRESS",
            split = ",",
            description =
                    "whose X-Forwarded-For is believed: addresses, or networks like 10.0.0.0/8 (${DEFAULT-VALUE})")
    private List<String> trustedProxies = List.of("127.0.0.1", "::1");

    @Option(
            names = "--insecure-http",
            fallbackValue = "true",
            description = "listen beyond loopback without TLS; passwords travel in clear")
    private boolean insecureHttp;

    @Option(
            names = "--allowed-origins",
            paramLabel = "ORIGIN",
            split = ",",
            description = "pages that may use this server, like https://chat.example.org (its own address on loopback)")
    private List<String> allowedOrigins = List.of();

    @Option(
            names = "--log-format",
            paramLabel = "FORMAT",
            description = "auto, text or json (auto: text on a terminal)")
    private LogFormat logFormat = LogFormat.AUTO;

    @Option(names = "--log-level", paramLabel = "LEVEL", description = "error, warn, info or debug (${DEFAULT-VALUE})")
    private String logLevel = "info";

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "a properties file with any of these options as keys")
    private @Nullable Path config;

    @Mixin
    private RetentionOptions retention = new RetentionOptions();

    @Mixin
    private LimitOptions limits = new LimitOptions();

    @Mixin
    private TraceOptions trace = new TraceOptions();

    @Mixin
    private BrokerOptions broker = new BrokerOptions();

    @Mixin
    private PubNubOptions pubnub = new PubNubOptions();

    /** The defaults. */
    public ServerOptions() {}

    /** The port for everything; 0 for a free one. */
    public int port() {
        return port;
    }

    /** The address to listen on, as given. */
    public String host() {
        return host;
    }

    /** Where everything is kept. */
    public StoreOptions store() {
        return store;
    }

    /** The management port to try first. */
    public int managementPort() {
        return managementPort == null ? DEFAULT_MANAGEMENT_PORT : managementPort;
    }

    /** Whether somebody chose the management port, so that no other will do. */
    public boolean managementPortChosen() {
        return managementPort != null;
    }

    /** Whether TLS ends in a proxy in front. */
    public boolean behindTlsProxy() {
        return behindTlsProxy;
    }

    /** Whether plain HTTP beyond loopback was asked for. */
    public boolean insecureHttp() {
        return insecureHttp;
    }

    /** Whose {@code X-Forwarded-For} is believed; nobody's without a proxy. */
    public Set<String> trustedProxies() {
        return behindTlsProxy ? trimmed(trustedProxies) : Set.of();
    }

    /**
     * The pages that may use this server.
     *
     * @param port the port that was opened
     */
    public Set<String> origins(int port) {
        if (!allowedOrigins.isEmpty()) {
            return trimmed(allowedOrigins);
        }
        Set<String> origins = new LinkedHashSet<>();
        for (String name : List.of("localhost", "127.0.0.1", "[::1]", host.contains(":") ? "[" + host + "]" : host)) {
            origins.add("http://" + name + (port == 80 ? "" : ":" + port));
        }
        return origins;
    }

    /** The pages that somebody allowed; empty if nobody did. */
    public Set<String> allowedOrigins() {
        return trimmed(allowedOrigins);
    }

    /** How a log line looks. */
    public LogFormat logFormat() {
        return logFormat;
    }

    /** From which level on lines are logged. */
    public String logLevel() {
        return logLevel;
    }

    /** The file that was named, if any. */
    public @Nullable Path config() {
        return config;
    }

    /** How long what was said is kept. */
    public RetentionOptions retention() {
        return retention;
    }

    /** How much the server takes. */
    public LimitOptions limits() {
        return limits;
    }

    /** How much is remembered of what became of messages. */
    public TraceOptions trace() {
        return trace;
    }

    /** Where channels live. */
    public BrokerOptions broker() {
        return broker;
    }

    /** Whose PubNub SDKs may use it. */
    public PubNubOptions pubnub() {
        return pubnub;
    }

    /**
     * Looks for settings that cannot be, or must not be.
     *
     * @throws StartException with a sentence that says what to do
     */
    public void check() {
        checkPort("--port", OptionalInt.of(port));
        checkPort("--management-port", managementPort == null ? OptionalInt.empty() : OptionalInt.of(managementPort));
        checkReach();
        checkLists();
        if (!Set.of("error", "warn", "info", "debug").contains(logLevel)) {
            throw wrong("--log-level is \"" + logLevel + "\"; give error, warn, info or debug");
        }
        store.check();
        retention.check();
        limits.check();
        trace.check();
        pubnub.check();
        broker.check(pubnub);
    }

    private void checkReach() {
        if (behindTlsProxy && insecureHttp) {
            throw wrong("--behind-tls-proxy and --insecure-http exclude each other; choose one");
        }
        if (behindTlsProxy && allowedOrigins.isEmpty()) {
            throw wrong("--behind-tls-proxy needs --allowed-origins, the address that browsers see,"
                    + " like https://chat.example.org");
        }
        InetAddress address;
        try {
            address = InetAddress.getByName(host);
        } catch (UnknownHostException failure) {
            throw wrong("--host " + host + " is not an address of this machine");
        }
        if (!address.isLoopbackAddress() && !behindTlsProxy && !insecureHttp) {
            throw wrong(
                    "--host " + host + " can be reached from other machines, and mirror itself speaks plain HTTP. Put a"
                            + " proxy with TLS in front and say --behind-tls-proxy, or accept the risk with --insecure-http");
        }
    }

    private void checkLists() {
        for (String origin : trimmed(allowedOrigins)) {
            if (!isOrigin(origin)) {
                throw wrong("--allowed-origins has \"" + origin
                        + "\"; give scheme, host and port only, like https://chat.example.org");
            }
        }
        for (String proxy : trimmed(trustedProxies)) {
            if (!isNetwork(proxy)) {
                throw wrong("--trusted-proxies has \"" + proxy + "\"; give addresses, or networks like 10.0.0.0/8");
            }
        }
    }

    private static boolean isNetwork(String text) {
        try {
            return new InetAddressSet().add(text);
        } catch (IllegalArgumentException failure) {
            return false;
        }
    }

    private static boolean isOrigin(String text) {
        try {
            URI uri = URI.create(text);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            return web && uri.getHost() != null && text.equals(uri.getScheme() + "://" + uri.getRawAuthority());
        } catch (IllegalArgumentException failure) {
            return false;
        }
    }

    private static void checkPort(String option, OptionalInt port) {
        if (port.isPresent() && (port.getAsInt() < 0 || port.getAsInt() > 65_535)) {
            throw wrong(option + " is " + port.getAsInt() + "; give 1 to 65535, or 0 for a free one");
        }
    }

    private static Set<String> trimmed(List<String> values) {
        Set<String> result = new LinkedHashSet<>();
        values.forEach(value -> result.add(value.strip()));
        return result;
    }

    private static StartException wrong(String message) {
        return new StartException(ExitCode.CONFIG, message);
    }
}
