package dev.mirror.bench.durable;

/** A group of figures that can be measured alone. */
enum DurablePart {
    /** Durable publishes a second, against a bare loop of the same rows. */
    THROUGHPUT,
    /** How long acknowledgements take at 2,000 publishes a second. */
    ACKNOWLEDGE,
    /** How long deliveries take with 1,000 connections. */
    DELIVER,
    /** From the kill to ready with a million messages, and until 1,000 clients have caught up. */
    RESTART,
    /** 5,000 clients who come back at once. */
    STORM,
    /** 500 subscribers who never read, at a heap of 256 MiB. */
    DEAF,
    /** From publish to delivery through PubNub's interface, against the WebSocket's. */
    GATEWAY_PATH,
    /** Durable publishes a second over HTTP, with a hundred who poll. */
    GATEWAY_PUBLISH,
    /** What polls that wait take of the heap. */
    GATEWAY_PARKED;

    /** Whether it is about PubNub's interface. */
    boolean isGateway() {
        return name().startsWith("GATEWAY_");
    }
}
