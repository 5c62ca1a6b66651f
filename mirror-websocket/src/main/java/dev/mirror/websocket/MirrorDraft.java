package dev.mirror.websocket;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.java_websocket.WebSocketImpl;
import org.java_websocket.drafts.Draft;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.enums.ReadyState;
import org.java_websocket.exceptions.InvalidDataException;
import org.java_websocket.framing.CloseFrame;
import org.java_websocket.framing.Framedata;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.handshake.HandshakeBuilder;
import org.java_websocket.handshake.ServerHandshakeBuilder;
import org.java_websocket.protocols.IProtocol;
import org.java_websocket.protocols.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * The engine's draft with guards in front and a short way for what is nearly everything: whole masked text frames. The
 * engine sees only frames that are complete and have passed the guards, one at a time, so that it never makes room for
 * a length that was only declared, never holds more fragments than allowed, and keeps the order with the short way.
 */
final class MirrorDraft extends Draft_6455 {
    private static final List<IProtocol> PROTOCOLS =
            List.of(new Protocol(dev.mirror.message.Protocol.V2.subprotocol()), new Protocol(""));
    private static final byte[] NONE = new byte[0];

    private final WebSocketOptions options;
    // All below: owned by the connection's lane.
    private @Nullable EngineConnection connection;
    /** The beginning of a frame whose end has not come yet; grows with what comes, not with what is declared. */
    private byte[] partial = NONE;

    private int partialLength;
    /** How many fragments of a message are held by the engine; 0 if none is begun. */
    private int fragments;

    private int fragmentBytes;

    MirrorDraft(WebSocketOptions options) {
        super(List.of(), PROTOCOLS, options.maxFrameBytes());
        this.options = options;
    }

    /** A new connection's own; called by the engine. */
    @Override
    public Draft copyInstance() {
        return new MirrorDraft(options);
    }

    void attach(EngineConnection owner) {
        connection = owner;
    }

    /** Whether a frame, or a message of several frames, has begun and is not whole. */
    boolean isMidway() {
        return partialLength > 0 || fragments > 0;
    }

    /** Without the header Server, the date, or anything that the peer sent. */
    @Override
    public HandshakeBuilder postProcessHandshakeResponseAsServer(
            ClientHandshake request, ServerHandshakeBuilder response) {
        response.put("Upgrade", "websocket");
        response.put("Connection", "Upgrade");
        response.put("Sec-WebSocket-Accept", Handshake.accept(request.getFieldValue("Sec-WebSocket-Key")));
        IProtocol protocol = getProtocol();
        if (protocol != null && !protocol.getProvidedProtocol().isEmpty()) {
            response.put("Sec-WebSocket-Protocol", protocol.getProvidedProtocol());
        }
        response.setHttpStatusMessage("Switching Protocols");
        return response;
    }

    /** Reads all that is there, and hands every whole frame on at once; nothing is left to be done with the result. */
    @Override
    public List<Framedata> translateFrame(ByteBuffer in) {
        EngineConnection owner = connection;
        if (owner == null) {
            throw new IllegalStateException("not attached");
        }
        WebSocketImpl engine = owner.engine();
        try {
            while (in.hasRemaining() && engine.getReadyState() == ReadyState.OPEN) {
                if (partialLength > 0) {
                    completePartial(in, owner);
                } else {
                    takeOne(in, owner);
                }
            }
        } catch (InvalidDataException e) {
            partial = NONE;
            // The engine's own way would log a stack trace for everybody who cares to break a rule.
            engine.close(e.getCloseCode(), e.getMessage() == null ? "refused" : e.getMessage());
        }
        return List.of();
    }

    private void takeOne(ByteBuffer in, EngineConnection owner) throws InvalidDataException {
        byte[] bytes = in.array();
        int at = in.arrayOffset() + in.position();
        int available = in.remaining();
        int needed = Framing.needed(bytes, at, available, options.maxFrameBytes());
        if (needed > available) {
            partial = Arrays.copyOfRange(bytes, at, at + available);
            partialLength = available;
            in.position(in.limit());
        } else {
            in.position(in.position() + needed);
            frame(bytes, at, needed, owner);
        }
    }

    private void completePartial(ByteBuffer in, EngineConnection owner) throws InvalidDataException {
        int needed = Framing.needed(partial, 0, partialLength, options.maxFrameBytes());
        while (needed > partialLength) {
            if (!in.hasRemaining()) {
                return;
            }
            int more = Math.min(needed - partialLength, in.remaining());
            if (partialLength + more > partial.length) {
                int doubled = Math.min(needed, partial.length * 2);
                partial = Arrays.copyOf(partial, Math.max(doubled, partialLength + more));
            }
            in.get(partial, partialLength, more);
            partialLength += more;
            needed = Framing.needed(partial, 0, partialLength, options.maxFrameBytes());
        }
        byte[] whole = partial;
        partial = NONE;
        partialLength = 0;
        frame(whole, 0, needed, owner);
    }

    private void frame(byte[] bytes, int at, int length, EngineConnection owner) throws InvalidDataException {
        int opcode = Framing.opcode(bytes[at]);
        int header = Framing.headerLength(bytes[at + 1]);
        if (!Framing.isControl(opcode)) {
            guardSequence(opcode, Framing.isFin(bytes[at]), length - header);
            if (opcode == Framing.TEXT && fragments == 0 && options.fastPath()) {
                text(bytes, at + header, length - header, owner);
                return;
            }
        }
        ByteBuffer whole = ByteBuffer.wrap(bytes, at, length);
        if (opcode == Framing.CLOSE) {
            guardClose(bytes, at + header, length - header);
            // Both the guard and the engine want it their way.
            Framing.unmask(bytes, at + header - 4, length - header);
        }
        for (Framedata frame : super.translateFrame(whole)) {
            processFrame(owner.engine(), frame);
        }
    }

    private void text(byte[] bytes, int at, int length, EngineConnection owner) throws InvalidDataException {
        boolean ascii = Framing.unmask(bytes, at - 4, length);
        if (!ascii && !Framing.isUtf8(bytes, at, length)) {
            throw new InvalidDataException(CloseFrame.NO_UTF8, "not UTF-8");
        }
        owner.message(bytes, at, length);
    }

    /** The order of fragments, their number and their sum. */
    private void guardSequence(int opcode, boolean fin, int length) throws InvalidDataException {
        if (opcode == Framing.BINARY) {
            throw new InvalidDataException(CloseFrame.REFUSE, "binary");
        }
        boolean first = opcode != Framing.CONTINUATION;
        if (first == (fragments > 0)) {
            throw new InvalidDataException(CloseFrame.PROTOCOL_ERROR, "fragments");
        }
        if (first && fin) {
            return;
        }
        fragments++;
        fragmentBytes += length;
        if (fragments > options.maxFragments() || fragmentBytes > options.maxFrameBytes()) {
            throw new InvalidDataException(CloseFrame.TOOBIG, "too long");
        }
        if (fin) {
            fragments = 0;
            fragmentBytes = 0;
        }
    }

    /** What may stand in a close frame; leaves the payload unmasked. */
    private static void guardClose(byte[] bytes, int at, int length) throws InvalidDataException {
        if (length == 0) {
            return;
        }
        Framing.unmask(bytes, at - 4, length);
        int code = length == 1 ? 0 : (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
        boolean registered = code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
        if (!registered && (code < 3000 || code > 4999)) {
            throw new InvalidDataException(CloseFrame.PROTOCOL_ERROR, "close code");
        }
        if (!Framing.isUtf8(bytes, at + 2, length - 2)) {
            throw new InvalidDataException(CloseFrame.NO_UTF8, "not UTF-8");
        }
    }
}
