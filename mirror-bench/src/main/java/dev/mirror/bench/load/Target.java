package dev.mirror.bench.load;

/** Which server is under test. */
enum Target {
    /** The core hub behind mirror-websocket, with memory adapters. */
    MIRROR("mirror", "mirror.v2"),
    /** A Java-WebSocket server as its manual says. */
    PLAIN("plain", "");

    private final String label;
    private final String subprotocol;

    Target(String label, String subprotocol) {
        this.label = label;
        this.subprotocol = subprotocol;
    }

    String label() {
        return label;
    }

    /** What a peer offers that wants to subscribe to channels. */
    String subprotocol() {
        return subprotocol;
    }
}
