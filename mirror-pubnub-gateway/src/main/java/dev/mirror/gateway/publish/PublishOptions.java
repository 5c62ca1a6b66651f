package dev.mirror.gateway.publish;

/**
 * How much may be said at once, in bytes of UTF-8, the meta data included, and how often.
 *
 * @param messageBytes by {@code /publish}
 * @param largeBytes by {@code /v2/publish}
 * @param signalBytes by {@code /signal}
 * @param perSecond how many messages, signals and actions come from one address in a second where no token is needed; 0
 *     for no limit
 */
public record PublishOptions(int messageBytes, int largeBytes, int signalBytes, int perSecond) {
    /** 32 KiB, 2 MiB and 64 bytes, as at PubNub; no limit on how often. */
    public static final PublishOptions STANDARD = new PublishOptions(32 << 10, 2 << 20, 64, 0);

    /** @throws IllegalArgumentException if a limit is less than 1, or how often less than 0 */
    public PublishOptions {
        if (perSecond < 0) {
            throw new IllegalArgumentException("a rate is not negative");
        }
        if (messageBytes < 1 || largeBytes < 1 || signalBytes < 1) {
            throw new IllegalArgumentException("a limit is at least 1");
        }
    }

    /** The same with another rate. */
    public PublishOptions withPerSecond(int value) {
        return new PublishOptions(messageBytes, largeBytes, signalBytes, value);
    }
}
