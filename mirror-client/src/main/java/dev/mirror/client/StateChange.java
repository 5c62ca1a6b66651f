package dev.mirror.client;

import dev.mirror.message.CloseReason;
import java.time.Duration;

/**
 * A step of a client from one state to the next.
 *
 * @param from the state before
 * @param to the state now
 * @param reason why the connection ended, or could not be made; {@link CloseReason#NORMAL} where nothing went wrong.
 *     A server that cannot be reached, and a connection that broke, are {@code 1006 unreachable}.
 * @param retryIn how long until the next attempt; zero if none is planned
 */
public record StateChange(ClientState from, ClientState to, CloseReason reason, Duration retryIn) {}
