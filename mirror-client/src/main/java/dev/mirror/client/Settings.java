package dev.mirror.client;

import java.time.Duration;

/**
 * What can be set.
 *
 * @param outboxMessages how many requests may wait to be answered
 * @param outboxBytes how many bytes they may have together
 * @param connectTimeout how long an attempt may take: log-in, socket and hello together
 * @param closeTimeout how long closing waits for answers, and for a handler that runs
 * @param backoff how long to wait between attempts to connect
 * @param redelivery how often to give an event to a handler that fails
 */
record Settings(
        int outboxMessages,
        long outboxBytes,
        Duration connectTimeout,
        Duration closeTimeout,
        Backoff backoff,
        Redelivery redelivery) {
    static final Settings STANDARD = new Settings(
            1_000, 1 << 20, Duration.ofSeconds(10), Duration.ofSeconds(5), Backoff.STANDARD, Redelivery.STANDARD);

    Settings {
        if (outboxMessages < 1 || outboxBytes < 1) {
            throw new IllegalArgumentException("an outbox has room for 1 request at least");
        }
        if (connectTimeout.isNegative() || connectTimeout.isZero() || closeTimeout.isNegative()) {
            throw new IllegalArgumentException("a time limit is positive");
        }
    }

    Settings withOutbox(int messages, long bytes) {
        return new Settings(messages, bytes, connectTimeout, closeTimeout, backoff, redelivery);
    }

    Settings withConnectTimeout(Duration timeout) {
        return new Settings(outboxMessages, outboxBytes, timeout, closeTimeout, backoff, redelivery);
    }

    Settings withCloseTimeout(Duration timeout) {
        return new Settings(outboxMessages, outboxBytes, connectTimeout, timeout, backoff, redelivery);
    }

    Settings withBackoff(Backoff other) {
        return new Settings(outboxMessages, outboxBytes, connectTimeout, closeTimeout, other, redelivery);
    }

    Settings withRedelivery(Redelivery other) {
        return new Settings(outboxMessages, outboxBytes, connectTimeout, closeTimeout, backoff, other);
    }
}
