package dev.mirror.gateway.route;

/** What a token of PubNub's Access Manager allows on a channel, a group or a user; each is one bit of it. */
public enum Permission {
    /** Subscribe, history, who is there. */
    READ(1),
    /** Publish, signal, add an action. */
    WRITE(2),
    /** Change a channel group. */
    MANAGE(4),
    /** Delete history and actions. */
    DELETE(8),
    /** Create. */
    CREATE(16),
    /** Read metadata. */
    GET(32),
    /** Write metadata. */
    UPDATE(64),
    /** Change memberships. */
    JOIN(128);

    private final int bit;

    Permission(int bit) {
        this.bit = bit;
    }

    /** The bit in a token. */
    public int bit() {
        return bit;
    }
}
