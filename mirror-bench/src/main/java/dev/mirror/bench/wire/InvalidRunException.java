package dev.mirror.bench.wire;

/** A message was lost, came twice or was another one, or the server did not answer: the numbers mean nothing. */
public final class InvalidRunException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message what is wrong */
    public InvalidRunException(String message) {
        super(message);
    }

    /** @param message what is wrong */
    public InvalidRunException(String message, Throwable cause) {
        super(message, cause);
    }
}
