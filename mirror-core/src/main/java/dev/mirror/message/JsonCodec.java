package dev.mirror.message;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.List;

/**
 * Turns messages into frames and frames into messages, for one version of the wire.
 *
 * <p>Reading never throws for what a peer sent: a client's frame that cannot be read becomes
 * {@link ClientMessage.Malformed}, a server's {@link ServerMessage.Unknown}. Limits: 32 levels, 65,536 characters a
 * string, 32 digits a number; no key twice, nothing after the object; unknown keys are ignored.
 *
 * <p>Immutable; safe for any thread.
 */
public final class JsonCodec {
    private static final JsonCodec V1 = new JsonCodec(Protocol.V1);
    private static final JsonCodec V2 = new JsonCodec(Protocol.V2);

    private final Protocol protocol;
    private final ClientReader clientReader;
    private final ServerWriter serverWriter;

    private JsonCodec(Protocol protocol) {
        this.protocol = protocol;
        this.clientReader = new ClientReader(protocol);
        this.serverWriter = new ServerWriter(protocol);
    }

    /** The codec of a version. */
    public static JsonCodec of(Protocol protocol) {
        return protocol == Protocol.V1 ? V1 : V2;
    }

    /** Reads what a client said. */
    public ClientMessage decodeClient(byte[] buffer, int offset, int length) {
        return clientReader.read(buffer, offset, length);
    }

    /** Reads what the server said. */
    public ServerMessage decodeServer(byte[] buffer, int offset, int length) {
        return ServerReader.read(buffer, offset, length);
    }

    /**
     * Reads the events of a history: the {@code data} of the answer to {@code channel.history}.
     *
     * @throws MirrorException with {@code bad.frame} if it is not one
     */
    public List<ServerMessage.Event> decodeHistory(String data) {
        return ServerReader.history(data);
    }

    /**
     * Writes what the server says.
     *
     * @throws IllegalArgumentException if this version has no frame for the message
     */
    public Frame encode(ServerMessage message) {
        return message.accept(serverWriter);
    }

    /** Writes what a client says. */
    public Frame encode(ClientMessage message) {
        return message.accept(new ClientWriter(protocol));
    }

    /** The text as a JSON string, with its quotes. */
    public static String quote(String text) {
        return '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }
}
