package dev.mirror.client;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.Position;
import java.time.Instant;

/**
 * The server's word that a publication is stored.
 *
 * @param channel the log that it stands in
 * @param position where it stands
 * @param time when the server accepted it
 * @param duplicate whether it had been there before, which is so when an answer got lost and the client asked again
 */
public record Receipt(ChannelName channel, Position position, Instant time, boolean duplicate) {}
