package dev.mirror.client;

import dev.mirror.channel.ChannelName;
import dev.mirror.client.jdbc.Outbox;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Publishes what the outboxes of a client hold, each on a thread of its own. */
final class Relays {
    private static final Logger LOG = System.getLogger(Relays.class.getName());

    private final Gate gate;
    private final List<AutoCloseable> running = new ArrayList<>(); // the lane's until it ends, then the ending's

    Relays(Gate gate) {
        this.gate = gate;
    }

    void begin(List<Outbox> outboxes) {
        for (Outbox outbox : outboxes) {
            running.add(outbox.relay(this::send, Relays::thread));
        }
    }

    private CompletableFuture<Boolean> send(String id, ChannelName channel, String json) {
        return gate.publish(id, json, Request.Message.saying(channel, json), ok -> true);
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "mirror-client-outbox");
        thread.setDaemon(true);
        return thread;
    }

    /** Blocks until no row is sent any more. */
    void end() {
        for (AutoCloseable relay : running) {
            try {
                relay.close();
            } catch (Exception failure) {
                LOG.log(Level.WARNING, "A relay did not end", failure);
            }
        }
    }
}
