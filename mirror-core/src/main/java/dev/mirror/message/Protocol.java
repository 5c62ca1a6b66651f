package dev.mirror.message;

/** The versions of the wire; a connection speaks one of them from its first frame to its last. */
public enum Protocol {
    /** The wire of 2018: five string keys, four codes. Spoken to every peer that offers no subprotocol, for ever. */
    V1(""),
    /** Requests with answers, positions, errors that say what to do. Spoken to peers that offer its subprotocol. */
    V2("mirror.v2");

    private final String subprotocol;

    Protocol(String subprotocol) {
        this.subprotocol = subprotocol;
    }

    /** The WebSocket subprotocol that selects this version; empty for version 1. */
    public String subprotocol() {
        return subprotocol;
    }
}
