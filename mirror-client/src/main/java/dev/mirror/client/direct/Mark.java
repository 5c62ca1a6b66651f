package dev.mirror.client.direct;

/**
 * How far a user has come in a conversation. Marks of one epoch only grow, and what was read was received.
 *
 * @param epoch of the log that the offsets are of
 * @param received the offset of the last publication that a device of the user has
 * @param read the offset of the last publication that the user has read
 */
public record Mark(String epoch, long received, long read) {}
