package dev.mirror.client;

import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;

/** Too much waits to be answered: the request was not taken, and nothing of it was sent. Its code is {@code busy}. */
public final class OutboxFullException extends MirrorException {
    private static final long serialVersionUID = 1L;

    OutboxFullException(int messages, long bytes) {
        super(
                ErrorCode.BUSY,
                "the outbox is full (" + messages + " requests, " + bytes
                        + " bytes); wait for answers, then ask again");
    }
}
