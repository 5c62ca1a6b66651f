package dev.mirror.bench.load;

/** A group of scenarios that can be run alone. */
enum Part {
    /** Direct messages, one on its way for each of 200 users. */
    DIRECT,
    /** Direct messages, 16 on their way for each of 50 users. */
    PIPELINED,
    /** One publisher, many subscribers. */
    FANOUT,
    /** Connects, memory of idle connections, and direct messages while they are there. */
    IDLE
}
