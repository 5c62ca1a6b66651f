package dev.mirror.message;

import dev.mirror.channel.ChannelKind;
import dev.mirror.message.Publication.Origin;
import java.util.Arrays;

/** Writes what the server says. Version 1 knows only the hello and the relay. */
final class ServerWriter implements ServerMessage.Handler<Frame> {
    /** A relay without its channel; all but its channel is always the same. */
    private static final Frame RELAY =
            FrameWriter.frame(MessageCode.SUBSCRIBE_DIRECT, frame -> frame.legacy("", "", "", ""));
    /** How much of it comes after the channel. */
    private static final int RELAY_END = "\"}".length();

    private final Protocol protocol;

    ServerWriter(Protocol protocol) {
        this.protocol = protocol;
    }

    @Override
    public Frame hello(ServerMessage.Hello hello) {
        return FrameWriter.frame(
                MessageCode.REGISTERED_SUCCESS,
                frame -> frame.legacy("Registered", hello.websocketId(), hello.userId(), hello.channel())
                        .json("data", hello.data()));
    }

    @Override
    public Frame relay(ServerMessage.Relay relay) {
        String channel = relay.channel();
        byte[] empty = RELAY.bytes();
        int start = empty.length - RELAY_END;
        byte[] utf8 = Arrays.copyOf(empty, empty.length + channel.length());
        for (int i = 0; i < channel.length(); i++) {
            char c = channel.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                return FrameWriter.frame(MessageCode.SUBSCRIBE_DIRECT, frame -> frame.legacy("", "", "", channel));
            }
            utf8[start + i] = (byte) c;
        }
        System.arraycopy(empty, start, utf8, start + channel.length(), RELAY_END);
        return Frame.of(utf8);
    }

    @Override
    public Frame ok(ServerMessage.Ok ok) {
        return two(
                MessageCode.REPLY_OK,
                frame -> frame.text(
                                "channel",
                                ok.channel() == null ? "" : ok.channel().toString())
                        .text("re", ok.re())
                        .position(ok.position())
                        .json("data", ok.data()));
    }

    @Override
    public Frame refused(ServerMessage.Refused refused) {
        return two(
                MessageCode.REPLY_ERROR,
                frame -> frame.text("re", refused.re()).object("error", error -> {
                    error.text("name", refused.error().wire())
                            .text("retry", refused.error().retry().wire());
                    if (refused.error().retry() == ErrorCode.Retry.AFTER) {
                        error.number("afterMs", refused.afterMillis());
                    }
                    error.text("detail", refused.detail());
                }));
    }

    @Override
    public Frame event(ServerMessage.Event event) {
        Publication publication = event.publication();
        return two(MessageCode.CHANNEL_EVENT, frame -> {
            frame.text("userId", publication.entry().publisher().value())
                    .text("channel", event.channel().toString())
                    .text("id", publication.entry().id())
                    .position(publication.position())
                    .number("ts", publication.timeMillis());
            Origin origin = publication.origin();
            if (origin == null || event.channel().kind() != ChannelKind.INBOX) {
                frame.json("data", publication.entry().body());
            } else {
                frame.object(
                        "data",
                        copy -> copy.text("channel", origin.channel().canonical())
                                .position(origin.position())
                                .json("data", publication.entry().body()));
            }
        });
    }

    @Override
    public Frame gap(ServerMessage.Gap gap) {
        return two(
                MessageCode.CHANNEL_GAP,
                frame -> frame.text("channel", gap.channel().toString()).position(gap.position()));
    }

    @Override
    public Frame signal(ServerMessage.Signal signal) {
        return two(
                MessageCode.SIGNAL_EVENT,
                frame -> frame.text("userId", signal.userId().value())
                        .text("channel", signal.channel().toString())
                        .json("data", signal.data()));
    }

    @Override
    public Frame marked(ServerMessage.Marked marked) {
        return two(
                MessageCode.DIRECT_MARKED,
                frame -> frame.text("userId", marked.userId().value())
                        .text("channel", marked.channel().canonical())
                        .text("epoch", marked.epoch())
                        .object(
                                "data",
                                data -> data.number("received", marked.received())
                                        .number("read", marked.read())));
    }

    @Override
    public Frame presence(ServerMessage.Presence presence) {
        return two(
                MessageCode.PRESENCE_EVENT,
                frame -> frame.text("userId", presence.userId().value())
                        .text("channel", presence.channel().toString())
                        .object(
                                "data",
                                data -> data.text("name", presence.name())
                                        .flag("joined", presence.joined())
                                        .number("version", presence.version())));
    }

    @Override
    public Frame expiring(ServerMessage.Expiring expiring) {
        return two(
                MessageCode.AUTH_EXPIRING,
                frame -> frame.object("data", data -> data.number("exp", expiring.atMillis())));
    }

    @Override
    public Frame bye(ServerMessage.Bye bye) {
        return two(
                MessageCode.SESSION_BYE,
                frame -> frame.object(
                        "data",
                        data -> data.number("code", bye.reason().code())
                                .text("name", bye.reason().name())
                                .number("afterMs", bye.afterMillis())));
    }

    @Override
    public Frame unknown(ServerMessage.Unknown message) {
        throw new IllegalArgumentException("an unknown message has no frame");
    }

    private Frame two(MessageCode code, FrameWriter.Fields fields) {
        if (protocol == Protocol.V1) {
            throw new IllegalArgumentException("version 1 has no " + code.wire());
        }
        return FrameWriter.frame(code, fields);
    }
}
