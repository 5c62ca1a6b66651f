package dev.mirror.gateway.access;

/** A grant, or the end of one, that was refused: what is wrong, and where. */
final class GrantException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String detail;
    private final String location;

    /**
     * A refusal.
     *
     * @param message what kind of thing is wrong
     * @param detail what exactly; empty if there is nothing to add
     * @param location the path to what is wrong, empty if there is no detail
     */
    GrantException(String message, String detail, String location) {
        super(message, null, false, false);
        this.detail = detail;
        this.location = location;
    }

    /** What kind of thing is wrong. */
    String summary() {
        return String.valueOf(getMessage());
    }

    /** What exactly is wrong; empty if the message says it all. */
    String detail() {
        return detail;
    }

    /** The path to what is wrong; empty without a detail. */
    String location() {
        return location;
    }
}
