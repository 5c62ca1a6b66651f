package dev.mirror.client;

import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One stream through a channel's history into what is said live: every event once and in order, without a hole between the
 * two and through every reconnect. It waits for what has not been said yet, so the loop ends only when the reader, or its
 * client, is closed, or the thread is interrupted.
 *
 * <pre>{@code
 * try (ChannelReader lobby = client.read("lobby", Start.EARLIEST)) {
 *     for (ChannelEvent event : lobby) {
 *         System.out.println(event.name() + ": " + event.text());
 *     }
 * }
 * }</pre>
 *
 * <p>At most 600 events, of about 1 MiB, wait in the reader; whoever is slower than the channel reads from the server's log,
 * and holds nobody up. For one thread at a time; {@link #close} for any.
 */
public final class ChannelReader implements Iterable<ChannelEvent>, AutoCloseable {
    private final ReaderBuffer buffer;
    private final Runnable closing;
    private ReaderBuffer.@Nullable Entry next; // the reading thread's; looked at and not yet returned
    private boolean missed; // the reading thread's; about the event that was returned last

    /** @param closing tells the client */
    ChannelReader(ReaderBuffer buffer, Runnable closing) {
        this.buffer = buffer;
        this.closing = closing;
    }

    /**
     * The events from here on. There is one position, however often this is called. {@code hasNext} waits for the next event
     * and is false if there will be none; it throws a {@code MirrorException} if the server refused to let the channel be
     * read, or ended the client.
     */
    @Override
    public Iterator<ChannelEvent> iterator() {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return await();
            }

            @Override
            public ChannelEvent next() {
                if (!await()) {
                    throw new NoSuchElementException("the reader is closed");
                }
                return taken();
            }
        };
    }

    private boolean await() {
        try {
            return next != null || look(Long.MAX_VALUE);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean look(long nanos) throws InterruptedException {
        next = buffer.take(nanos);
        return next != null;
    }

    private ChannelEvent taken() {
        ReaderBuffer.Entry entry = next;
        if (entry == null) {
            throw new NoSuchElementException();
        }
        next = null;
        missed = entry.missed();
        return entry.event();
    }

    /**
     * The next event, if there is one within this time.
     *
     * @throws InterruptedException if the thread is interrupted while it waits
     * @throws dev.mirror.message.MirrorException as for {@link #iterator}
     */
    public Optional<ChannelEvent> poll(Duration timeout) throws InterruptedException {
        return next != null || look(timeout.toNanos()) ? Optional.of(taken()) : Optional.empty();
    }

    /**
     * Whether publications are missing before the event that was returned last: the server no longer has them, or its log
     * began anew.
     */
    public boolean missed() {
        return missed;
    }

    /** Ends the stream; a thread that waits for an event goes on. Idempotent. */
    @Override
    public void close() {
        buffer.close();
        closing.run();
    }
}
