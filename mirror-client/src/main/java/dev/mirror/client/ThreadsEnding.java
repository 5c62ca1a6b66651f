package dev.mirror.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Ends the threads of a client: its sockets, a log-in under way, the handler that runs, the engine. */
final class ThreadsEnding implements Plan.Ending {
    private static final Duration GOODBYE = Duration.ofSeconds(2);

    private final ClientThreads threads;
    private final SocketTransport sockets;
    private final @Nullable PasswordLogin login;

    ThreadsEnding(ClientThreads threads, SocketTransport sockets, @Nullable PasswordLogin login) {
        this.threads = threads;
        this.sockets = sockets;
        this.login = login;
    }

    @Override
    public void end(Callbacks callbacks, Duration patience, Runnable done) {
        threads.last(() -> {
            try {
                if (login != null) {
                    login.cancel();
                }
                sockets.awaitEnd(GOODBYE);
                callbacks.awaitIdle(patience.toNanos());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            } finally {
                threads.stop();
                done.run();
            }
        });
    }

    @Override
    public boolean isOwnThread() {
        return threads.isReplying();
    }
}
