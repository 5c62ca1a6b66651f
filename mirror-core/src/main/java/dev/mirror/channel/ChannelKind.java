package dev.mirror.channel;

/** The kinds of channel; the kind follows from the name alone and decides who may use it. */
public enum ChannelKind {
    /** Public: every signed-in user may subscribe and publish. Named by an id. */
    ROOM,
    /** Between two users: nobody else may use it or learn that it exists. Named {@code id.id}. */
    DIRECT,
    /** Everything that is addressed to one user, in order; only that user reads it. Named {@code @id}. */
    INBOX,
    /** Owned by a module, which decides access; the hub only carries it. Named {@code space:name}. */
    EXTERNAL
}
