package dev.mirror.bench.load;

/** What is measured of a scenario. */
enum Metric {
    /** Processor time of the server for each message, or handshake, in microseconds. */
    CPU_MICROS,
    /** Messages delivered, or connections made, a second. */
    PER_SECOND,
    /** The median time of a message from its sender to its last receiver, in milliseconds. */
    P50_MILLIS,
    /** The same for 99 of 100 messages. */
    P99_MILLIS,
    /** Which share of one processor the client used: close to 1 it is the client that limits the rate. */
    CLIENT_SHARE,
    /** Which share of that processor time the server's compiler took: well above 0, the warm-up was too short. */
    COMPILER_SHARE,
    /** How many messages a server held back until it was made to write something else to the same connection. */
    STALLS,
    /** Heap of the server for each connection after a full collection, in bytes. */
    HEAP_BYTES
}
