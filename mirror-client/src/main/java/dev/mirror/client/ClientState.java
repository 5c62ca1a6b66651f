package dev.mirror.client;

/** Where a client stands between its first attempt and its end. */
public enum ClientState {
    /** Not connected: not begun yet, or waiting for the next attempt. */
    DISCONNECTED,
    /** An attempt is under way: log-in, socket, hello. */
    CONNECTING,
    /** The server said hello; subscriptions continue from where they were. */
    CONNECTED,
    /** Over, for good: closed by the application, or told by the server to stay away. */
    CLOSED
}
