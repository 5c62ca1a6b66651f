package dev.mirror.examples;

import dev.mirror.hub.Mirror;
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
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A mirror inside an application: its own users, channels in memory, a WebSocket to talk to it. */
public final class EmbeddedMirror {
    private EmbeddedMirror() {}

    /** The application's users, by the token that proves them; a real one would ask its own log-in. */
    record Users(Map<String, Principal> tokens) implements Authenticator {
        @Override
        public CompletionStage<Principal> authenticate(Credentials credentials) {
            Principal known = credentials instanceof Credentials.Token token ? tokens.get(token.token()) : null;
            return known == null
                    ? CompletableFuture.failedFuture(new MirrorException(ErrorCode.AUTH_REQUIRED, "who are you?"))
                    : CompletableFuture.completedFuture(known);
        }

        @Override
        public CompletionStage<Boolean> exists(UserId user) {
            return CompletableFuture.completedFuture(
                    tokens.values().stream().anyMatch(known -> known.user().equals(user)));
        }
    }

    /** Runs until it is interrupted. The argument is the port. */
    public static void main(String[] args) throws InterruptedException {
        Users users = new Users(Map.of(
                "token-of-ann", Principal.permanent(new UserId("ann"), "ann-room", "Ann"),
                "token-of-bob", Principal.permanent(new UserId("bob"), "bob-room", "Bob")));
        ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
        Scheduler scheduler = (delay, task) -> {
            ScheduledFuture<?> timer = timers.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
            return () -> timer.cancel(false);
        };
        MemoryBroker broker = new MemoryBroker(InstantSource.system(), new SecureRandom());
        Mirror mirror = Mirror.builder()
                .broker(broker)
                .conversations(broker.conversations())
                .authenticator(users)
                .presence(new MemoryPresence(scheduler))
                .relays(new MemoryRelayStore())
                .random(new SecureRandom())
                .clock(InstantSource.system())
                .scheduler(scheduler)
                .build();
        WebSocketOptions options =
                WebSocketOptions.builder().port(Integer.parseInt(args[0])).build();
        try (WebSocketTransport server = new WebSocketTransport(mirror, options).start()) {
            System.out.println("ws://127.0.0.1:" + server.port() + "/ws");
            new CountDownLatch(1).await();
        } finally {
            timers.shutdownNow();
        }
    }
}
