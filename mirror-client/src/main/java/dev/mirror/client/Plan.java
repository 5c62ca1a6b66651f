package dev.mirror.client;

import dev.mirror.client.checkpoint.Checkpoint;
import dev.mirror.client.jdbc.Outbox;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client is made of.
 *
 * @param bearings where in the logs it begins
 * @param ways how it reaches the server
 * @param ending releases what was handed in
 */
record Plan(
        Settings settings, Handlers handlers, Bearings bearings, Environment environment, Ways ways, Ending ending) {

    /**
     * Where in the logs a client begins.
     *
     * @param checkpoint how far it came before; {@code null} if that is not kept
     * @param starts where to begin otherwise
     * @param outboxes what it publishes beside what it is asked to
     */
    record Bearings(@Nullable Checkpoint<?> checkpoint, Starts starts, List<Outbox> outboxes) {
        /** Copies the list. */
        Bearings {
            outboxes = List.copyOf(outboxes);
        }
    }

    /** How a client reaches a server. */
    record Ways(ClientTransport transport, TokenSource tokens) {}

    /** Releases what a client runs on. */
    interface Ending {
        /** Begins, once the engine is closed; tells when everything has ended. */
        void end(Callbacks callbacks, Duration patience, Runnable done);

        /** Whether waiting for the end here would wait for the current thread itself. */
        boolean isOwnThread();

        /** Where nothing has to be released, and nobody may wait. */
        static Ending none() {
            return new Ending() {
                @Override
                public void end(Callbacks callbacks, Duration patience, Runnable done) {
                    done.run();
                }

                @Override
                public boolean isOwnThread() {
                    return true;
                }
            };
        }
    }
}
