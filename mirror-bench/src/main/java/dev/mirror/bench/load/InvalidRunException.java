package dev.mirror.bench.load;

/** A message was lost, came twice or was another one, or the server did not answer: the numbers mean nothing. */
final class InvalidRunException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidRunException(String message) {
        super(message);
    }

    InvalidRunException(String message, Throwable cause) {
        super(message, cause);
    }
}
