package dev.mirror.hub;

import java.time.Duration;

/**
 * The limits of a {@link Mirror}. Every limit has an outcome that the other side gets to see; both stand with the
 * setter in {@link Builder}. Immutable.
 */
public final class MirrorOptions {
    final int frameBytes;
    final int dataBytes;
    final int channelsPerSession;
    final int sessionsPerUser;
    final int publishesPerSecond;
    final int publishBurst;
    final int signalsPerSecond;
    final int refusalsPerMinute;
    final int publishesInFlight;
    final Duration authenticationDeadline;
    final Duration expiryNotice;
    final Duration idle;

    private MirrorOptions(Builder builder) {
        frameBytes = builder.frameBytes;
        dataBytes = builder.dataBytes;
        channelsPerSession = builder.channelsPerSession;
        sessionsPerUser = builder.sessionsPerUser;
        publishesPerSecond = builder.publishesPerSecond;
        publishBurst = builder.publishBurst;
        signalsPerSecond = builder.signalsPerSecond;
        refusalsPerMinute = builder.refusalsPerMinute;
        publishesInFlight = builder.publishesInFlight;
        authenticationDeadline = builder.authenticationDeadline;
        expiryNotice = builder.expiryNotice;
        idle = builder.idle;
    }

    /** Options that begin with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** The defaults. */
    public static MirrorOptions defaults() {
        return builder().build();
    }

    /** Collects the settings of {@link MirrorOptions}. */
    public static final class Builder {
        private int frameBytes = 65_536;
        private int dataBytes = 32_768;
        private int channelsPerSession = 128;
        private int sessionsPerUser = 64;
        private int publishesPerSecond = 50;
        private int publishBurst = 100;
        private int signalsPerSecond = 20;
        private int refusalsPerMinute = 20;
        private int publishesInFlight = 10_000;
        private Duration authenticationDeadline = Duration.ofSeconds(10);
        private Duration expiryNotice = Duration.ofSeconds(60);
        private Duration idle = Duration.ofSeconds(25);

        private Builder() {}

        /** The largest message, in bytes; a longer one ends the connection with 1009. Default 65,536. */
        public Builder frameBytes(int bytes) {
            frameBytes = positive(bytes);
            return this;
        }

        /** The largest {@code data} of a publication, in bytes; more is {@code too.large}. Default 32,768. */
        public Builder dataBytes(int bytes) {
            dataBytes = positive(bytes);
            return this;
        }

        /** Subscriptions of a session; one more is {@code too.many}. Default 128. */
        public Builder channelsPerSession(int channels) {
            channelsPerSession = positive(channels);
            return this;
        }

        /** Sessions of a user; one more is closed with 4101, {@code busy}. Default 64. */
        public Builder sessionsPerUser(int sessions) {
            sessionsPerUser = positive(sessions);
            return this;
        }

        /** Publications of a session, a second and at once; more is {@code too.many}. Default 50 and 100. */
        public Builder publishRate(int perSecond, int burst) {
            publishesPerSecond = positive(perSecond);
            publishBurst = positive(burst);
            return this;
        }

        /** Signals of a session, a second; more are dropped, {@code too.many} if an answer is wanted. Default 20. */
        public Builder signalsPerSecond(int signals) {
            signalsPerSecond = positive(signals);
            return this;
        }

        /** Refusals within a minute; the last of them closes with 4029, {@code too.many}. Default 20. */
        public Builder refusalsPerMinute(int refusals) {
            refusalsPerMinute = positive(refusals);
            return this;
        }

        /** Publications on their way to the broker in the whole hub; one more is {@code busy}. Default 10,000. */
        public Builder publishesInFlight(int publishes) {
            publishesInFlight = positive(publishes);
            return this;
        }

        /** How long a peer may stay without proof; then it is closed with 4300. Default 10 s. */
        public Builder authenticationDeadline(Duration deadline) {
            authenticationDeadline = positive(deadline);
            return this;
        }

        /** How long before its token ends a peer hears {@code auth.expiring}. Default 60 s. */
        public Builder expiryNotice(Duration notice) {
            expiryNotice = positive(notice);
            return this;
        }

        /** The silence after which a side pings, as the hello states it; transports enforce it. Default 25 s. */
        public Builder idle(Duration silence) {
            idle = positive(silence);
            return this;
        }

        /** The options. */
        public MirrorOptions build() {
            return new MirrorOptions(this);
        }

        private static int positive(int value) {
            if (value < 1) {
                throw new IllegalArgumentException("a limit is at least 1, not " + value);
            }
            return value;
        }

        private static Duration positive(Duration value) {
            if (value.isNegative() || value.isZero()) {
                throw new IllegalArgumentException("a time is above 0, not " + value);
            }
            return value;
        }
    }
}
