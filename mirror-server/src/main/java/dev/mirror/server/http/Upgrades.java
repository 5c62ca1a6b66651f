package dev.mirror.server.http;

import dev.mirror.websocket.AdoptedConnection;
import dev.mirror.websocket.ByteSink;
import dev.mirror.websocket.UpgradeRequest;
import java.util.concurrent.Executor;

/** Decides about an upgrade to WebSocket that came over a connection that HTTP is spoken on. */
@FunctionalInterface
public interface Upgrades {
    /** See {@link dev.mirror.websocket.WebSocketTransport#adopt}. */
    AdoptedConnection adopt(UpgradeRequest request, Executor lane, ByteSink sink);
}
