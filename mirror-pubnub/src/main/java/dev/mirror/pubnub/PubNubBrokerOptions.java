package dev.mirror.pubnub;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which keyset a {@link PubNubBroker} uses, where, and how patient it is. Immutable. */
public final class PubNubBrokerOptions {
    private final Builder built;

    private PubNubBrokerOptions(Builder built) {
        this.built = new Builder(built);
        check(this.built);
    }

    private static void check(Builder built) {
        positive("request", built.request);
        positive("patience", built.patience);
        positive("audit", built.audit);
        positive("reconnect", built.reconnect);
        notNegative("reorder", built.reorder);
        notNegative("batch", built.batch);
        if (built.retention != null) {
            positive("retention", built.retention);
        }
        if (built.queue < 1) {
            throw new IllegalArgumentException("queue is " + built.queue + "; give 1 or more");
        }
    }

    private static void positive(String name, Duration value) {
        if (value.isZero()) {
            throw new IllegalArgumentException(name + " is 0; give more");
        }
        notNegative(name, value);
    }

    private static void notNegative(String name, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(name + " is " + value + "; give a time that is not negative");
        }
    }

    /** Begins with a keyset. */
    public static Builder builder(String publishKey, String subscribeKey) {
        return new Builder(publishKey, subscribeKey);
    }

    String publishKey() {
        return built.publishKey;
    }

    String subscribeKey() {
        return built.subscribeKey;
    }

    Optional<String> secretKey() {
        return Optional.ofNullable(built.secretKey);
    }

    Optional<String> origin() {
        return Optional.ofNullable(built.origin);
    }

    boolean secure() {
        return built.secure;
    }

    Optional<Duration> retention() {
        return Optional.ofNullable(built.retention);
    }

    Duration request() {
        return built.request;
    }

    Duration patience() {
        return built.patience;
    }

    Duration reorder() {
        return built.reorder;
    }

    Duration batch() {
        return built.batch;
    }

    Duration audit() {
        return built.audit;
    }

    Duration reconnect() {
        return built.reconnect;
    }

    int queue() {
        return built.queue;
    }

    /** Collects what differs from the defaults. Not safe for several threads at once. */
    public static final class Builder {
        private final String publishKey;
        private final String subscribeKey;
        private @Nullable String secretKey;
        private @Nullable String origin;
        private boolean secure = true;
        private @Nullable Duration retention;
        private Duration request = Duration.ofSeconds(5);
        private Duration patience = Duration.ofSeconds(10);
        private Duration reorder = Duration.ofMillis(20);
        private Duration batch = Duration.ofMillis(20);
        private Duration audit = Duration.ofSeconds(20);
        private Duration reconnect = Duration.ofMillis(500);
        private int queue = 10_000;

        private Builder(String publishKey, String subscribeKey) {
            if (publishKey.isBlank() || subscribeKey.isBlank()) {
                throw new IllegalArgumentException("a keyset has a publish key and a subscribe key");
            }
            this.publishKey = publishKey;
            this.subscribeKey = subscribeKey;
        }

        private Builder(Builder other) {
            this(other.publishKey, other.subscribeKey);
            this.secretKey = other.secretKey;
            this.origin = other.origin;
            this.secure = other.secure;
            this.retention = other.retention;
            this.request = other.request;
            this.patience = other.patience;
            this.reorder = other.reorder;
            this.batch = other.batch;
            this.audit = other.audit;
            this.reconnect = other.reconnect;
            this.queue = other.queue;
        }

        /** Signs requests, and grants the subscription its channels by their exact names. */
        public Builder secretKey(String value) {
            secretKey = value;
            return this;
        }

        /** Where to find the service, {@code host:port}, if not at PubNub. */
        public Builder origin(String value) {
            origin = value;
            return this;
        }

        /** Whether to speak TLS. Default: yes. */
        public Builder secure(boolean value) {
            secure = value;
            return this;
        }

        /**
         * How long the keyset keeps messages, as set with the service, which does not tell. A position from before is
         * answered with {@code recovered = false}. Default: for ever.
         */
        public Builder retention(Duration value) {
            retention = value;
            return this;
        }

        /** How long one request may take, in whole seconds. Default: 5. */
        public Builder request(Duration value) {
            request = value;
            return this;
        }

        /** How long a request is tried again before it fails with {@code store.unavailable}. Default: 10 s. */
        public Builder patience(Duration value) {
            patience = value;
            return this;
        }

        /**
         * How long a live message waits for an older one that took another way. Default: 20 ms, which every delivery
         * costs; 0 for not at all.
         */
        public Builder reorder(Duration value) {
            reorder = value;
            return this;
        }

        /** How long changes of the subscription are collected before they are made together. Default: 20 ms. */
        Builder batch(Duration value) {
            batch = value;
            return this;
        }

        /** How often live delivery is compared with the message counts of the service. Default: 20 s. */
        public Builder audit(Duration value) {
            audit = value;
            return this;
        }

        /** The first pause before a broken subscription is made again; it doubles up to 60 times as much. Default: 0.5 s. */
        public Builder reconnect(Duration value) {
            reconnect = value;
            return this;
        }

        /**
         * How many live messages may wait between the SDK's thread and this broker's; those beyond are read from the
         * history instead. Default: 10,000.
         */
        Builder queue(int value) {
            queue = value;
            return this;
        }

        /**
         * The options.
         *
         * @throws IllegalArgumentException if a time is negative, or is 0 and not that of {@link #reorder}
         */
        public PubNubBrokerOptions build() {
            return new PubNubBrokerOptions(this);
        }
    }
}
