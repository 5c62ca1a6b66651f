package dev.mirror.gateway.publish;

/**
 * How much may be said at once, in bytes of UTF-8, the meta data included.
 *
 * @param messageBytes by {@code /publish}
 * @param largeBytes by {@code /v2/publish}
 * @param signalBytes by {@code /signal}
 */
public record PublishOptions(int messageBytes, int largeBytes, int signalBytes) {
    /** 32 KiB, 2 MiB and 64 bytes, as at PubNub. */
    public static final PublishOptions STANDARD = new PublishOptions(32 << 10, 2 << 20, 64);

    /** @throws IllegalArgumentException if a limit is less than 1 */
    public PublishOptions {
        if (messageBytes < 1 || largeBytes < 1 || signalBytes < 1) {
            throw new IllegalArgumentException("a limit is at least 1");
        }
    }
}
