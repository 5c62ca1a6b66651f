package dev.mirror.bench.faults;

import java.io.IOException;
import java.io.Serial;

/** This machine, or who runs this, cannot do what the fault needs. The message says what. */
final class NotHereException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    NotHereException(String message) {
        super(message);
    }
}
