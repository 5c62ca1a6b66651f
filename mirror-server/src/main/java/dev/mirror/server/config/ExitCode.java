package dev.mirror.server.config;

/** How a run of the command ended, as the process tells it. */
public enum ExitCode {
    /** As asked. */
    OK(0),
    /** A failure without a number of its own. */
    FAILURE(1),
    /** The command line was not understood. */
    USAGE(2),
    /** A setting is wrong, wherever it came from. */
    CONFIG(3),
    /** A port could not be opened. */
    CANNOT_BIND(4),
    /** The store is unusable or in use: a data folder or a database that is taken, away, full or unsuitable. */
    STORE_UNAVAILABLE(5),
    /** The data was written by a newer mirror. */
    SCHEMA_TOO_NEW(6),
    /** The data contradicts itself. */
    INTEGRITY(7);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    /** What the process exits with. */
    public int number() {
        return number;
    }
}
