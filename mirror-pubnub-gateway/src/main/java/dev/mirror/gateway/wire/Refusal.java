package dev.mirror.gateway.wire;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request that is not carried out: a status and what to say, in the {@linkplain ErrorStyle form} of the service that
 * was asked, or word for word. An expected outcome; it carries no stack trace.
 */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient @Nullable Answer exact;

    /** To be said in the form of the service. */
    public Refusal(int status, String message) {
        super(message, null, false, false);
        this.status = status;
        this.exact = null;
    }

    /** To be answered as it is. */
    public Refusal(Answer exact) {
        super(exact.body(), null, false, false);
        this.status = exact.status();
        this.exact = exact;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** What is answered, if it was given word for word. */
    public Optional<Answer> exact() {
        return Optional.ofNullable(exact);
    }

    /** What to say. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
