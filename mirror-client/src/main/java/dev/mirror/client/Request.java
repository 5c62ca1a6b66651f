package dev.mirror.client;

import dev.mirror.identity.UserId;
import dev.mirror.message.ClientMessage;
import dev.mirror.message.MirrorException;
import dev.mirror.message.ServerMessage;

/**
 * Something that was asked of the server and waits for its answer.
 *
 * @param id what the answer names; of a publication also what makes a repetition the same publication
 * @param kind what becomes of it when the connection breaks
 * @param message makes the message, for this user
 * @param answer hears the outcome, once
 */
record Request(String id, Kind kind, Message message, Answer answer) {
    /** What becomes of a request when the connection breaks, or the server is busy. */
    enum Kind {
        /** Repeated until it is answered; counts against the rate of publications. */
        PUBLICATION,
        /** Repeated until it is answered. */
        QUESTION,
        /** Not kept: it fails. */
        SIGNAL,
        /** Belongs to the connection: dropped without an answer; its owner asks anew on the next one. */
        SESSION
    }

    /** Makes the message once it is known who the client is. */
    @FunctionalInterface
    interface Message {
        /**
         * The message.
         *
         * @throws IllegalArgumentException if there can be none
         */
        ClientMessage of(String id, UserId me);
    }

    /** Hears the outcome, on the lane. */
    interface Answer {
        /** Of a request whose outcome changes nothing. */
        Answer IGNORED = new Answer() {
            @Override
            public void ok(ServerMessage.Ok ok) {
                // As hoped.
            }

            @Override
            public void failed(MirrorException failure, long afterMillis) {
                // Changes nothing.
            }
        };

        /** It was carried out. */
        void ok(ServerMessage.Ok ok);

        /**
         * It was refused, or will never be answered.
         *
         * @param afterMillis when the server said to ask again; 0 if it did not
         */
        void failed(MirrorException failure, long afterMillis);
    }
}
