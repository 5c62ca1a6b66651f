package dev.mirror.sql;

import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;

/**
 * Why a store cannot be used. The member says what an operator does about it; its message is a sentence for that
 * operator and holds no secret.
 */
public abstract sealed class StoreException extends MirrorException {
    private static final long serialVersionUID = 1L;

    private StoreException(ErrorCode code, String sentence) {
        super(code, sentence);
    }

    private StoreException(ErrorCode code, String sentence, Throwable cause) {
        super(code, sentence, cause);
    }

    /** Another process, or another part of this one, uses the data folder or the database. */
    public static final class InUse extends StoreException {
        private static final long serialVersionUID = 1L;

        InUse(String sentence) {
            super(ErrorCode.BUSY, sentence);
        }
    }

    /** There is a store already, and nobody said that it may go. */
    public static final class Occupied extends StoreException {
        private static final long serialVersionUID = 1L;

        Occupied(String sentence) {
            super(ErrorCode.BUSY, sentence);
        }
    }

    /** The database server is set up, or so old, that it could not keep what mirror promises. */
    public static final class Unsuitable extends StoreException {
        private static final long serialVersionUID = 1L;

        Unsuitable(String sentence) {
            super(ErrorCode.STORE_UNAVAILABLE, sentence);
        }
    }

    /** A newer mirror wrote the data; this one must not touch it. */
    public static final class TooNew extends StoreException {
        private static final long serialVersionUID = 1L;

        TooNew(String sentence) {
            super(ErrorCode.INTERNAL, sentence);
        }
    }

    /** What is stored is not what mirror wrote. */
    public static final class Damaged extends StoreException {
        private static final long serialVersionUID = 1L;

        /** A finding of mirror's own. */
        public Damaged(String sentence) {
            super(ErrorCode.STORE_DAMAGED, sentence);
        }

        /** A finding of somebody else. */
        public Damaged(String sentence, Throwable cause) {
            super(ErrorCode.STORE_DAMAGED, sentence, cause);
        }
    }

    /** The disk is full. What is there can be read, and the same may work once there is room. */
    public static final class Full extends StoreException {
        private static final long serialVersionUID = 1L;

        Full(String sentence, Throwable cause) {
            super(ErrorCode.STORE_FULL, sentence, cause);
        }
    }

    /** The disk or the database server is gone, read-only or too slow; the same may work later. */
    public static final class Unavailable extends StoreException {
        private static final long serialVersionUID = 1L;

        /** A finding of mirror's own. */
        public Unavailable(String sentence) {
            super(ErrorCode.STORE_UNAVAILABLE, sentence);
        }

        /** With what the system said. */
        public Unavailable(String sentence, Throwable cause) {
            super(ErrorCode.STORE_UNAVAILABLE, sentence, cause);
        }
    }
}
