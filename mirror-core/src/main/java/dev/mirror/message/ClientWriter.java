package dev.mirror.message;

import org.jspecify.annotations.Nullable;

/** Writes what a client says. */
final class ClientWriter implements ClientMessage.Handler<Frame> {
    private final Protocol protocol;

    ClientWriter(Protocol protocol) {
        this.protocol = protocol;
    }

    @Override
    public Frame register(ClientMessage.Register message) {
        return FrameWriter.frame(
                MessageCode.REGISTER_USER_ID,
                frame -> frame.legacy("", message.websocketId(), message.userId(), "")
                        .text("id", message.id()));
    }

    @Override
    public Frame direct(ClientMessage.Direct message) {
        String channel = message.channel().toString();
        return FrameWriter.frame(MessageCode.MESSAGE_DIRECT, frame -> {
            frame.legacy("", message.websocketId(), message.userId(), channel);
            if (protocol == Protocol.V2) {
                frame.text("id", message.id()).json("data", message.data());
            }
        });
    }

    @Override
    public Frame subscribe(ClientMessage.Subscribe message) {
        return FrameWriter.frame(
                MessageCode.CHANNEL_SUBSCRIBE,
                frame -> frame.text("id", message.id())
                        .object(
                                "data",
                                data -> data.array(
                                        "channels",
                                        message.wanted(),
                                        (one, wanted) -> one.text(
                                                        "channel",
                                                        wanted.channel().toString())
                                                .position(wanted.after()))));
    }

    @Override
    public Frame unsubscribe(ClientMessage.Unsubscribe message) {
        return plain(
                MessageCode.CHANNEL_UNSUBSCRIBE, message.id(), message.channel().toString());
    }

    @Override
    public Frame publish(ClientMessage.Publish message) {
        return said(MessageCode.CHANNEL_PUBLISH, message.id(), message.channel().toString(), message.data());
    }

    @Override
    public Frame history(ClientMessage.History message) {
        return FrameWriter.frame(
                MessageCode.CHANNEL_HISTORY,
                frame -> frame.text("channel", message.channel().toString())
                        .text("id", message.id())
                        .position(message.from())
                        .object("data", data -> {
                            data.number("limit", message.limit()).flag("backward", message.backward());
                            if (message.ts() > 0) {
                                data.number("ts", message.ts());
                            }
                        }));
    }

    @Override
    public Frame mark(ClientMessage.Mark message) {
        return FrameWriter.frame(
                MessageCode.DIRECT_MARK,
                frame -> frame.text("channel", message.channel().toString())
                        .text("id", message.id())
                        .text("epoch", message.epoch())
                        .object(
                                "data",
                                data -> data.number("received", message.received())
                                        .number("read", message.read())));
    }

    @Override
    public Frame conversations(ClientMessage.Conversations message) {
        return FrameWriter.frame(MessageCode.DIRECT_LIST, frame -> frame.text("id", message.id()));
    }

    @Override
    public Frame signal(ClientMessage.Signal message) {
        return said(MessageCode.SIGNAL_SEND, message.id(), message.channel().toString(), message.data());
    }

    @Override
    public Frame presence(ClientMessage.Presence message) {
        MessageCode code = message.watch() ? MessageCode.PRESENCE_WATCH : MessageCode.PRESENCE_UNWATCH;
        return plain(code, message.id(), message.channel().toString());
    }

    @Override
    public Frame refresh(ClientMessage.Refresh message) {
        return FrameWriter.frame(
                MessageCode.AUTH_REFRESH,
                frame -> frame.text("id", message.id()).object("data", data -> data.text("token", message.token())));
    }

    @Override
    public Frame ping(ClientMessage.Ping message) {
        return FrameWriter.frame(MessageCode.SESSION_PING, frame -> frame.text("id", message.id()));
    }

    @Override
    public Frame malformed(ClientMessage.Malformed message) {
        throw new IllegalArgumentException("what could not be read has no frame");
    }

    private static Frame plain(MessageCode code, @Nullable String id, String channel) {
        return FrameWriter.frame(code, frame -> frame.text("channel", channel).text("id", id));
    }

    private static Frame said(MessageCode code, @Nullable String id, String channel, String data) {
        return FrameWriter.frame(
                code, frame -> frame.text("channel", channel).text("id", id).json("data", data));
    }
}
