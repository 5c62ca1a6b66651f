package dev.mirror.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mirror.channel.ChannelName;
import dev.mirror.client.checkpoint.Start;
import dev.mirror.identity.UserId;
import dev.mirror.message.JsonCodec;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.message.Protocol;
import dev.mirror.message.ServerMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One reader's way through a channel's log. It has one position: the last event that it put into the reader's buffer. While
 * the log is known to go on beyond it, pages of history are asked for, as the buffer has room; at the end of the log,
 * live events are taken as they come. What comes while there is no room is read again as history. On the lane only.
 */
final class Reading {
    private static final JsonCodec CODEC = JsonCodec.of(Protocol.V2);

    private final ChannelName channel;
    private final Start start;
    private final ReaderBuffer buffer;
    private final Questions questions;
    private @Nullable Position at; // the lane's; the last event that was taken, or where to begin
    private @Nullable Position newest; // the lane's; the last event that is known to be in the log
    private boolean live; // the lane's; whether every new event is heard
    private @Nullable Object question; // the lane's; what the awaited page belongs to
    private boolean ended; // the lane's

    /** Asks for pages. */
    interface Questions {
        /**
         * Asks for the next page.
         *
         * @param from exclusive; {@code null} for the oldest
         */
        void page(ChannelName channel, @Nullable Position from, Outcome<ServerMessage.Ok> outcome);

        /** Who reads. */
        UserId me();
    }

    Reading(ChannelName channel, Start start, ReaderBuffer buffer, Questions questions) {
        this.channel = channel;
        this.start = start;
        this.buffer = buffer;
        this.questions = questions;
        this.at = start instanceof Start.After after ? after.position() : null;
    }

    ChannelName channel() {
        return channel;
    }

    /** From now on every new event is heard; the log ends here. */
    void answered(Position end) {
        live = true;
        if (at == null && start instanceof Start.Latest) {
            at = end;
        }
        learn(end);
        pump();
    }

    void disconnected() {
        live = false;
        question = null;
    }

    void event(ServerMessage.Event event) {
        Position position = event.publication().position();
        if (ended || covers(at, position)) {
            return;
        }
        if (isAtEnd() && question == null && buffer.hasRoom()) {
            take(event, false);
        } else {
            learn(position);
            pump();
        }
    }

    /** Live events skip something, or begin anew in another epoch: history tells what is left. */
    void gap(Position position) {
        learn(position);
        pump();
    }

    /** Asks for the next page, if there is one and there is room for it. */
    void pump() {
        boolean placed = at != null || start instanceof Start.Earliest;
        if (ended || !live || !placed || question != null || isAtEnd() || !buffer.hasRoomForPage()) {
            return;
        }
        Object asked = new Object();
        question = asked;
        questions.page(channel, at, new Outcome<>() {
            @Override
            public void done(ServerMessage.Ok ok) {
                if (question == asked) {
                    question = null;
                    page(ok);
                }
            }

            @Override
            public void failed(MirrorException failure) {
                if (question == asked) {
                    question = null;
                    end(failure);
                }
            }
        });
    }

    private void page(ServerMessage.Ok ok) {
        Position end = ok.position();
        String data = ok.data();
        if (ended || end == null || data == null) {
            return;
        }
        List<ServerMessage.Event> events = CODEC.decodeHistory(data);
        JsonNode answer = Json.read(data);
        boolean missed = at != null && !answer.path("recovered").asBoolean();
        for (ServerMessage.Event event : events) {
            take(event, missed);
            missed = false;
        }
        if (events.isEmpty()) {
            if (missed) {
                buffer.missed();
            }
            // What is kept may go on behind what was trimmed.
            long first = answer.path("first").asLong(end.offset() + 1);
            Position before = new Position(end.epoch(), Math.max(0, first - 1));
            Position next = missed && !covers(at, before) ? before : end;
            at = covers(at, next) ? at : next;
        }
        learn(end);
        pump();
    }

    private void take(ServerMessage.Event event, boolean missed) {
        at = event.publication().position();
        learn(at);
        buffer.add(ChannelEvent.of(event.channel(), event.publication(), questions.me()), missed);
    }

    private void learn(Position position) {
        newest = covers(newest, position) ? newest : position;
    }

    private boolean isAtEnd() {
        Position known = newest;
        return live && known != null && covers(at, known);
    }

    private static boolean covers(@Nullable Position position, Position other) {
        return position != null && position.epoch().equals(other.epoch()) && position.offset() >= other.offset();
    }

    /** @param failure {@code null} if it was asked to */
    void end(@Nullable MirrorException failure) {
        ended = true;
        buffer.end(failure);
    }
}
