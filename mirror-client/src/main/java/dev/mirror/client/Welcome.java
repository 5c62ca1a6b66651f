package dev.mirror.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.message.ServerMessage;
import java.util.Optional;

/**
 * What a hello says to a client (W19).
 *
 * @param user who the client is
 * @param room the user's own public room
 * @param inbox where the inbox ended
 * @param idleMillis after how much silence to ping
 * @param limits what the server takes
 */
record Welcome(UserId user, ChannelName room, Position inbox, long idleMillis, Limits limits) {
    /**
     * What the server takes.
     *
     * @param frameBytes the longest message, in bytes
     * @param publishPerSecond how many publications a second; 0 for no limit
     * @param publishBurst how many at once
     */
    record Limits(int frameBytes, double publishPerSecond, double publishBurst) {}

    private static final long MIN_IDLE_MILLIS = 1_000;

    /** Empty if it is not the hello of version 2. */
    static Optional<Welcome> of(ServerMessage.Hello hello) {
        if (hello.data() == null) {
            return Optional.empty();
        }
        try {
            JsonNode data = Json.read(hello.data());
            JsonNode limits = data.path("limits");
            JsonNode inbox = data.path("inbox");
            return Optional.of(new Welcome(
                    new UserId(hello.userId()),
                    ChannelName.room(hello.channel()),
                    new Position(
                            inbox.path("epoch").asText(), inbox.path("offset").asLong(-1)),
                    Math.max(MIN_IDLE_MILLIS, data.path("idleMs").asLong(25_000)),
                    new Limits(
                            limits.path("frameBytes").asInt(65_536),
                            limits.path("publishPerSecond").asDouble(0),
                            limits.path("publishBurst").asDouble(1))));
        } catch (MirrorException | IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }
}
