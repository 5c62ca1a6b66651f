package dev.mirror.client.checkpoint;

import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;

/**
 * A checkpoint cannot be opened, or cannot keep something now. It is never the fault of a handler: the client waits and
 * asks the checkpoint again, without end. Its code is {@code internal}.
 */
public final class CheckpointException extends MirrorException {
    private static final long serialVersionUID = 1L;

    /** One that a person has to put right. */
    public CheckpointException(String detail) {
        super(ErrorCode.INTERNAL, detail);
    }

    /** One with a cause. */
    public CheckpointException(String detail, Throwable cause) {
        super(ErrorCode.INTERNAL, detail, cause);
    }
}
