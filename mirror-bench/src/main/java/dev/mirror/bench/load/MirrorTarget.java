package dev.mirror.bench.load;

import dev.mirror.hub.Mirror;
import dev.mirror.hub.MirrorOptions;
import dev.mirror.identity.Credentials;
import dev.mirror.identity.Principal;
import dev.mirror.identity.UserId;
import dev.mirror.memory.MemoryBroker;
import dev.mirror.memory.MemoryPresence;
import dev.mirror.memory.MemoryRelayStore;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.spi.Authenticator;
import dev.mirror.spi.Scheduler;
import dev.mirror.websocket.WebSocketOptions;
import dev.mirror.websocket.WebSocketTransport;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Mirror under test: the hub and the WebSocket transport as they ship, except for rate limits, which a benchmark would
 * run into, and pings, which would fall into some measurements and not into others.
 */
final class MirrorTarget implements TargetServer {
    private static final int UNLIMITED = 1_000_000_000;

    private final ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1);
    private final MemoryBroker broker = new MemoryBroker(InstantSource.system(), new SecureRandom());
    private final Mirror mirror;
    private final WebSocketTransport transport;

    MirrorTarget() {
        timers.setRemoveOnCancelPolicy(true);
        mirror = Mirror.builder()
                .broker(broker)
                .authenticator(new Tokens())
                .conversations(broker.conversations())
                .presence(new MemoryPresence(this::schedule))
                .relays(new MemoryRelayStore())
                .clock(InstantSource.system())
                .random(new SecureRandom())
                .scheduler(this::schedule)
                .options(MirrorOptions.builder()
                        .publishRate(UNLIMITED, UNLIMITED)
                        .build())
                .build();
        WebSocketOptions options = WebSocketOptions.builder()
                .accepting(4_096, UNLIMITED)
                .idle(Duration.ofHours(1), Duration.ofHours(1))
                .build();
        transport = new WebSocketTransport(mirror, options).start();
    }

    private Scheduler.Task schedule(Duration delay, Runnable task) {
        Future<?> scheduled = timers.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
        return () -> scheduled.cancel(false);
    }

    @Override
    public int port() {
        return transport.port();
    }

    @Override
    public int connections() {
        return transport.stats().connections();
    }

    @Override
    public void close() {
        transport.close();
        broker.close();
        timers.shutdownNow();
    }

    /** Reads the user out of the token and makes all of a principal anew, as a checked token would. */
    private static final class Tokens implements Authenticator {
        @Override
        public CompletionStage<Principal> authenticate(Credentials credentials) {
            String user = credentials instanceof Credentials.Token token ? TargetServer.userOf(token.token()) : "";
            if (user.isEmpty()) {
                return CompletableFuture.failedFuture(new MirrorException(ErrorCode.AUTH_REQUIRED, "no token"));
            }
            return CompletableFuture.completedFuture(new Principal(
                    new UserId(user),
                    "room-" + user,
                    "Name of " + user,
                    "login-" + user,
                    InstantSource.system().instant().plus(2, ChronoUnit.HOURS)));
        }

        @Override
        public CompletionStage<Boolean> exists(UserId user) {
            return CompletableFuture.completedFuture(true);
        }
    }
}
