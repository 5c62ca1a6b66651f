package dev.mirror.server.config;

import dev.mirror.pubnub.PubNubBrokerOptions;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where channels live: in the store of this server, or in PubNub. Accounts are in the store in either case. */
public final class BrokerOptions {
    private static final String PUBNUB = "pubnub";
    private static final Pattern ORIGIN =
            Pattern.compile("[A-Za-z0-9.-]+(:[0-9]{1,5})?|\\[[0-9A-Fa-f:]+](:[0-9]{1,5})?");

    @Option(
            names = "--broker",
            paramLabel = "WHERE",
            description = "where channels live: store, or pubnub (${DEFAULT-VALUE})")
    private String broker = "store";

    @Option(names = "--pubnub-publish-key", paramLabel = "KEY", description = "the keyset of --broker pubnub")
    private @Nullable String publishKey;

    @Option(names = "--pubnub-subscribe-key", paramLabel = "KEY", description = "the keyset of --broker pubnub")
    private @Nullable String subscribeKey;

    @Option(
            names = "--pubnub-secret-key",
            paramLabel = "SECRET",
            description = "lets --broker pubnub use a keyset with Access Manager; better in a file that"
                    + " MIRROR_PUBNUB_SECRET_KEY_FILE names")
    private @Nullable String secretKey;

    @Option(
            names = "--pubnub-origin",
            paramLabel = "HOST:PORT",
            description = "a server that speaks PubNub's protocol, instead of PubNub")
    private @Nullable String origin;

    @Option(names = "--pubnub-insecure", fallbackValue = "true", description = "speak to --pubnub-origin without TLS")
    private boolean insecure;

    @Option(
            names = "--pubnub-retention-days",
            paramLabel = "N",
            description = "days that the keyset of --broker pubnub keeps messages, as set there; 0 for ever"
                    + " (${DEFAULT-VALUE}). Who was away for longer is told that something is missing")
    private int retentionDays;

    BrokerOptions() {}

    private boolean isPubNub() {
        return broker.equals(PUBNUB);
    }

    /** Whether there is a secret key, so that the keyset may have Access Manager. */
    public boolean hasSecretKey() {
        return secretKey != null;
    }

    /** The keyset and where it is; empty if channels do not live in PubNub. */
    public Optional<PubNubBrokerOptions> pubnub() {
        if (!isPubNub() || publishKey == null || subscribeKey == null) {
            return Optional.empty();
        }
        PubNubBrokerOptions.Builder builder =
                PubNubBrokerOptions.builder(publishKey, subscribeKey).secure(!insecure);
        Optional.ofNullable(secretKey).ifPresent(builder::secretKey);
        Optional.ofNullable(origin).ifPresent(builder::origin);
        if (retentionDays > 0) {
            builder.retention(Duration.ofDays(retentionDays));
        }
        return Optional.of(builder.build());
    }

    void check(PubNubOptions gateway) {
        if (!isPubNub()) {
            if (!broker.equals("store")) {
                throw wrong("--broker is \"" + broker + "\"; give store or pubnub");
            }
            // The keys may lie in the environment for something else.
            if (insecure || origin != null || retentionDays != 0) {
                throw wrong("--pubnub-origin, --pubnub-insecure and --pubnub-retention-days need --broker pubnub; for"
                        + " SDKs that use this server there is --pubnub-keysets");
            }
            return;
        }
        checkKeyset();
        if (!gateway.keysets().isEmpty()) {
            throw wrong(
                    "--pubnub-keysets and --legacy-2018 need the channels in this server's store: leave out --broker pubnub");
        }
    }

    private void checkKeyset() {
        if (isMissing(publishKey) || isMissing(subscribeKey)) {
            throw wrong("--broker pubnub needs --pubnub-publish-key and --pubnub-subscribe-key");
        }
        if (secretKey != null && secretKey.isBlank()) {
            throw wrong("--pubnub-secret-key is empty; give the keyset's, or leave it out");
        }
        if (retentionDays < 0 || retentionDays > RetentionOptions.MAX_DAYS) {
            throw wrong("--pubnub-retention-days is " + retentionDays + "; give at most " + RetentionOptions.MAX_DAYS
                    + ", or 0 for ever");
        }
        if (isMissing(origin) && insecure) {
            throw wrong("--pubnub-insecure needs --pubnub-origin; PubNub itself speaks TLS");
        }
        if (origin != null && !ORIGIN.matcher(origin).matches()) {
            throw wrong("--pubnub-origin is \"" + origin + "\"; give host:port, like 127.0.0.1:9000");
        }
    }

    private static boolean isMissing(@Nullable String value) {
        return Objects.requireNonNullElse(value, "").isBlank();
    }

    private static StartException wrong(String message) {
        return new StartException(ExitCode.CONFIG, message);
    }
}
