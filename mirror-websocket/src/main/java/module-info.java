/** The WebSocket transport: event loops around Java-WebSocket's protocol engine. */
module dev.mirror.websocket {
    requires transitive dev.mirror.core;
    requires org.java_websocket;
    requires static transitive org.jspecify;
    requires static transitive com.google.errorprone.annotations;

    exports dev.mirror.websocket;
}
