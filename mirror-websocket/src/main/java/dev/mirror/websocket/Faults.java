package dev.mirror.websocket;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Writes faults to the log. Never throws, even when there is no memory, stack or file descriptor left to log with. */
final class Faults {
    private static final Logger LOG = System.getLogger(WebSocketTransport.class.getName());

    private Faults() {}

    /** Has this class loaded while files can be opened: it is needed when they cannot. */
    static void prepare() {
        // Being called is enough.
    }

    static void log(String what, Throwable fault) {
        log(Level.ERROR, what, fault);
    }

    static void log(Level level, String what, Throwable fault) {
        try {
            LOG.log(level, what, fault);
        } catch (Throwable ignored) {
            // Whoever logs goes on serving; that is worth more than the line.
        }
    }
}
