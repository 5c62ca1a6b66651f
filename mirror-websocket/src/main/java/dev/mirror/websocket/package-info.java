/** Connections over WebSocket, with Java-WebSocket as the protocol engine. */
@NullMarked
package dev.mirror.websocket;

import org.jspecify.annotations.NullMarked;
