package dev.mirror.server.config;

import dev.mirror.gateway.keyset.Keyset;
import dev.mirror.gateway.keyset.Keysets;
import dev.mirror.gateway.keyset.PresenceSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Whose PubNub SDKs may use this server. Without a keyset there is no such interface.
 *
 * <p>A keyset is {@code subscribe=KEY,publish=KEY}, and, if it is to differ from an open one with names of its own,
 * {@code secret=KEY}, {@code access=managed}, {@code names=shared}; {@code announce-max=COUNT} and
 * {@code interval=SECONDS} say how its presence is told. Several stand in one setting, with semicolons.
 */
public final class PubNubOptions {
    private static final String OPTION = "--pubnub-keysets";
    private static final String PUBLISHES = "--pubnub-publish-per-second";
    private static final Set<String> WORDS = Set.of("open", "managed", "own", "shared");
    private static final Set<String> FIELDS =
            Set.of("subscribe", "publish", "secret", "access", "names", "announce-max", "interval");

    @Option(
            names = OPTION,
            paramLabel = "KEYSETS",
            description = "let PubNub SDKs use this server with these keys: subscribe=KEY,publish=KEY[,secret=KEY]"
                    + "[,access=open|managed][,names=own|shared][,announce-max=COUNT][,interval=SECONDS], several with"
                    + " semicolons between them; secrets better in"
                    + " a file that MIRROR_PUBNUB_KEYSETS_FILE names")
    private @Nullable String keysets;

    @Option(
            names = "--legacy-2018",
            fallbackValue = "true",
            description =
                    "let pages of 2018 use this server as their PubNub: whatever keys they show, and whoever they are,"
                            + " they read and write all channels, conversations of others included")
    private boolean legacy;

    @Option(
            names = PUBLISHES,
            paramLabel = "N",
            description =
                    "messages, signals and actions in a second from one address, in keysets that need no token; 0 for"
                            + " no limit (${DEFAULT-VALUE})")
    private int publishPerSecond = 1_000;

    PubNubOptions() {}

    /** How often those may publish who show no token, from one address in a second; 0 for no limit. */
    public int publishPerSecond() {
        return publishPerSecond;
    }

    /**
     * The keysets, the one for pages of 2018 included; none if nobody asked for any.
     *
     * @throws StartException if one cannot be understood
     */
    public List<Keyset> keysets() {
        List<Keyset> all = new ArrayList<>();
        for (String text : keysets == null ? new String[0] : keysets.split("[;\\r\\n]", -1)) {
            if (!text.isBlank()) {
                all.add(keyset(text));
            }
        }
        if (legacy) {
            all.add(Keyset.legacy());
        }
        try {
            new Keysets(all);
        } catch (IllegalArgumentException twice) {
            throw wrong(String.valueOf(twice.getMessage()));
        }
        return all;
    }

    /** What it says does not show a key: one of them may be the secret. */
    private static Keyset keyset(String text) {
        Map<String, String> fields = new HashMap<>();
        for (String field : text.split(",", -1)) {
            int equals = field.indexOf('=');
            String name = equals < 0 ? "" : field.substring(0, equals).strip();
            if (!FIELDS.contains(name)
                    || fields.put(name, field.substring(equals + 1).strip()) != null) {
                throw wrong(
                        "a keyset is subscribe=KEY,publish=KEY, and secret, access, names, announce-max, interval if"
                                + " need be, each once");
            }
        }
        try {
            return new Keyset(
                    fields.getOrDefault("publish", ""),
                    fields.getOrDefault("subscribe", ""),
                    fields.get("secret"),
                    one(Keyset.Access.class, fields.getOrDefault("access", "open")),
                    one(Keyset.Names.class, fields.getOrDefault("names", "own")),
                    presence(fields));
        } catch (IllegalArgumentException mistake) {
            throw wrong(String.valueOf(mistake.getMessage()));
        }
    }

    private static PresenceSettings presence(Map<String, String> fields) {
        PresenceSettings standard = PresenceSettings.STANDARD;
        return new PresenceSettings(
                number(fields, "announce-max", standard.announceMax()),
                Duration.ofSeconds(number(
                        fields, "interval", Math.toIntExact(standard.interval().toSeconds()))));
    }

    private static int number(Map<String, String> fields, String name, int standard) {
        String text = fields.getOrDefault(name, Integer.toString(standard));
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException none) {
            throw wrong(name + " is a whole number");
        }
    }

    private static <E extends Enum<E>> E one(Class<E> type, String word) {
        for (E constant : type.getEnumConstants()) {
            if (WORDS.contains(word) && constant.name().toLowerCase(Locale.ROOT).equals(word)) {
                return constant;
            }
        }
        throw wrong("access is open or managed, names is own or shared");
    }

    void check() {
        keysets();
        if (publishPerSecond < 0) {
            throw new StartException(
                    ExitCode.CONFIG, PUBLISHES + " is " + publishPerSecond + "; give 1 or more, or 0 for no limit");
        }
    }

    /** What an operator should know about what was asked for; empty if there is nothing. */
    public Optional<String> warning() {
        return legacy
                ? Optional.of(
                        "--legacy-2018: whoever reaches this server reads and writes every room without a log-in, and"
                                + " every conversation whose two user ids they know, in anybody's name")
                : Optional.empty();
    }

    private static StartException wrong(String message) {
        return new StartException(ExitCode.CONFIG, OPTION + ": " + message);
    }
}
