package dev.mirror.sql.accounts;

import java.time.Duration;

/** The settings of {@link Accounts}. Immutable. */
public final class AccountsOptions {
    private final Builder settings;

    private AccountsOptions(Builder settings) {
        this.settings = settings;
    }

    /** The defaults. */
    public static AccountsOptions defaults() {
        return builder().build();
    }

    /** Begins with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    String issuer() {
        return settings.issuer;
    }

    String audience() {
        return settings.audience;
    }

    Duration tokenLife() {
        return settings.tokenLife;
    }

    Duration idleLife() {
        return settings.idleLife;
    }

    Duration loginLife() {
        return settings.loginLife;
    }

    int failuresPerMinute() {
        return settings.failuresPerMinute;
    }

    HashCost hashCost() {
        return settings.hashCost;
    }

    int hashesAtOnce() {
        return settings.hashesAtOnce;
    }

    /** Collects settings; one thread. */
    public static final class Builder {
        private String issuer = "mirror";
        private String audience = "mirror";
        private Duration tokenLife = Duration.ofMinutes(15);
        private Duration idleLife = Duration.ofHours(12);
        private Duration loginLife = Duration.ofDays(7);
        private int failuresPerMinute = 10;
        private HashCost hashCost = HashCost.DEFAULT;
        private int hashesAtOnce = Runtime.getRuntime().availableProcessors();

        private Builder() {}

        private Builder(Builder other) {
            issuer = other.issuer;
            audience = other.audience;
            tokenLife = other.tokenLife;
            idleLife = other.idleLife;
            loginLife = other.loginLife;
            failuresPerMinute = other.failuresPerMinute;
            hashCost = other.hashCost;
            hashesAtOnce = other.hashesAtOnce;
        }

        /** Who makes the tokens: two installations that share keys need different names. */
        public Builder issuer(String name) {
            issuer = name;
            return this;
        }

        /** For whom the tokens are. */
        public Builder audience(String name) {
            audience = name;
            return this;
        }

        /** How long a token counts; 15 minutes. */
        public Builder tokenLife(Duration life) {
            tokenLife = life;
            return this;
        }

        /** How long a log-in lasts without being renewed; 12 hours. */
        public Builder idleLife(Duration life) {
            idleLife = life;
            return this;
        }

        /** How long a log-in lasts at most; 7 days. */
        public Builder loginLife(Duration life) {
            loginLife = life;
            return this;
        }

        /** How many wrong passwords for one name are heard in a minute; 10. */
        public Builder failuresPerMinute(int count) {
            failuresPerMinute = count;
            return this;
        }

        /** What a password hash costs: memory, passes, lanes. Tests want it cheap. */
        public Builder hashCost(int memoryKib, int passes, int lanes) {
            hashCost = new HashCost(memoryKib, passes, lanes);
            return this;
        }

        /** How many passwords are hashed at once, each in memory of its own; as many as there are processors. */
        public Builder hashesAtOnce(int count) {
            hashesAtOnce = count;
            return this;
        }

        /**
         * The settings as they are now.
         *
         * @throws IllegalArgumentException if they make no sense, alone or together
         */
        public AccountsOptions build() {
            require(!issuer.isEmpty() && !audience.isEmpty(), "issuer and audience have names");
            require(tokenLife.compareTo(Duration.ofSeconds(1)) >= 0, "a token lives for at least a second");
            require(idleLife.compareTo(tokenLife) >= 0, "a log-in lasts, unused, at least as long as a token");
            require(loginLife.compareTo(idleLife) >= 0, "a log-in lasts at least as long as it may be unused");
            require(failuresPerMinute >= 1, "at least one failure is allowed");
            require(hashesAtOnce >= 1, "at least one password is hashed at once");
            return new AccountsOptions(new Builder(this));
        }

        private static void require(boolean holds, String rule) {
            if (!holds) {
                throw new IllegalArgumentException(rule);
            }
        }
    }
}
