package dev.mirror.client;

import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.ClientMessage;
import dev.mirror.message.MirrorException;
import dev.mirror.message.ServerMessage;
import java.util.function.Function;

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
        /** Repeated until it is answered; counts against the rate of marks and lists of conversations (W46). */
        MARK,
        /** Repeated until it is answered. */
        QUESTION,
        /** Not kept: it fails. */
        SIGNAL,
        /** Belongs to the connection: dropped without an answer; its owner asks anew on the next one. */
        SESSION;

        /** Whether it goes out again, after a reconnect or a passing refusal, until it is answered. */
        boolean isRepeated() {
            return this == PUBLICATION || this == MARK || this == QUESTION;
        }
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

        /** Publishes on a channel. */
        static Message publishing(ChannelName channel, String json) {
            return (id, me) -> new ClientMessage.Publish(id, channel, json);
        }

        /** Says something in a channel; a conversation of the user's is opened if need be. */
        static Message saying(ChannelName channel, String json) {
            return (id, me) -> {
                if (channel.kind() != ChannelKind.DIRECT || !channel.belongsTo(me)) {
                    return new ClientMessage.Publish(id, channel, json);
                }
                UserId peer = channel.sender().equals(me) ? channel.receiver() : channel.sender();
                return direct(peer, json).of(id, me);
            };
        }

        /** Writes to a user: opens the conversation if need be. */
        static Message direct(UserId user, String json) {
            return (id, me) -> new ClientMessage.Direct(id, ChannelName.direct(me, user), "", me.value(), json);
        }
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

        /** Reads what the answer yields, and tells it; one that cannot be read is a failure. */
        static <T> Answer of(Outcome<T> outcome, Function<ServerMessage.Ok, T> read) {
            return new Answer() {
                @Override
                public void ok(ServerMessage.Ok ok) {
                    T value;
                    try {
                        value = read.apply(ok);
                    } catch (MirrorException unreadable) {
                        outcome.failed(unreadable);
                        return;
                    }
                    outcome.done(value);
                }

                @Override
                public void failed(MirrorException failure, long afterMillis) {
                    outcome.failed(failure);
                }
            };
        }

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
