package dev.mirror.server.pubnub;

/** What an SDK says when a call of it fails. */
final class SdkRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    /** @param status the HTTP status; 0 if the SDK does not tell */
    SdkRefusal(int status, String text) {
        super(status + " " + text);
        this.status = status;
    }

    int status() {
        return status;
    }
}
