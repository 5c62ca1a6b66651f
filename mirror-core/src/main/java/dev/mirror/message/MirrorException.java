package dev.mirror.message;

/**
 * The root of mirror's exceptions, and the only one that a future of mirror's fails with: an {@link ErrorCode} and a
 * sentence for a person. It carries no stack trace when it stands for an expected refusal.
 */
public class MirrorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    /** An expected refusal: a sentence that says what to do, and no stack trace. */
    public MirrorException(ErrorCode code, String detail) {
        super(detail, null, false, false);
        this.code = code;
    }

    /** A fault, with its cause. */
    public MirrorException(ErrorCode code, String detail, Throwable cause) {
        super(detail, cause);
        this.code = code;
    }

    /** What went wrong, in the words of the wire. */
    public ErrorCode code() {
        return code;
    }
}
