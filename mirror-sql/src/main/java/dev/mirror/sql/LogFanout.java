package dev.mirror.sql;

import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Publication;
import dev.mirror.spi.Scheduler;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Tells listeners what was committed, one call at a time, on a thread that is not the writer's.
 *
 * <p>Nothing is queued but subscriptions that are behind their channel's tail, each once. What they are told comes out
 * of the hot tail, or out of the database, {@value #PAGE} at a time, if they are further behind. So kept and live are
 * one stream without a seam, a slow listener costs no memory, and what was missed in an outage comes by itself.
 */
final class LogFanout {
    private static final Logger LOG = System.getLogger(LogFanout.class.getName());
    private static final int PAGE = 100;
    /** How many subscriptions may have rows in memory that were read for them. */
    private static final int READING = 8;

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final ChannelTable table;
    private final LogReader reader;
    private final Executor executor;
    private final Scheduler scheduler;
    private final ArrayDeque<LogSubscription> behind = new ArrayDeque<>(); // guarded by the table's lock
    private final ArrayDeque<LogSubscription> toRead = new ArrayDeque<>(); // guarded by the table's lock
    private int reading; // guarded by the table's lock; how many have rows, or rows on their way
    private boolean running; // guarded by the table's lock

    LogFanout(ChannelTable table, LogReader reader, Executor executor, Scheduler scheduler) {
        this.table = table;
        this.reader = reader;
        this.executor = executor;
        this.scheduler = scheduler;
    }

    /** Under the table's lock. Adds a listener; {@link #wake} has to follow. */
    void add(LogSubscription subscription) {
        ChannelState channel = subscription.channel;
        List<LogSubscription> more = new ArrayList<>(channel.subscriptions);
        more.add(subscription);
        channel.subscriptions = List.copyOf(more);
    }

    void remove(LogSubscription subscription) {
        synchronized (table.lock) {
            ChannelState channel = subscription.channel;
            channel.subscriptions = channel.subscriptions.stream()
                    .filter(other -> other != subscription)
                    .toList();
        }
    }

    /** Not under the lock. These may be behind: tells them what they lack. */
    void wake(Collection<LogSubscription> subscriptions) {
        if (subscriptions.isEmpty()) {
            return;
        }
        synchronized (table.lock) {
            subscriptions.forEach(this::enqueue);
            if (running || behind.isEmpty()) {
                return;
            }
            running = true;
        }
        try {
            executor.execute(this::drain);
        } catch (RejectedExecutionException | OutOfMemoryError noThread) {
            synchronized (table.lock) {
                running = false;
            }
        }
    }

    private void enqueue(LogSubscription subscription) {
        if (!subscription.queued && !subscription.reading) {
            subscription.queued = true;
            behind.add(subscription);
        }
    }

    private void drain() {
        boolean more = true;
        try {
            while (more) {
                more = tellNext();
            }
        } finally {
            if (more) {
                synchronized (table.lock) {
                    running = false; // an error: whoever is woken next begins again
                }
            }
        }
    }

    private boolean tellNext() {
        LogSubscription subscription;
        synchronized (table.lock) {
            subscription = behind.poll();
            if (subscription == null) {
                running = false;
                return false;
            }
            subscription.queued = false;
        }
        try {
            tell(subscription);
        } catch (RuntimeException | Error fault) {
            // It must not keep the others from hearing anything.
            LOG.log(Level.ERROR, "A subscription was not told what was committed; it is later", fault);
            scheduler.schedule(RETRY, () -> wake(List.of(subscription)));
        }
        return true;
    }

    private void tell(LogSubscription subscription) {
        List<Publication> publications;
        synchronized (table.lock) {
            publications = next(subscription);
        }
        readWaiting();
        if (publications != null) {
            subscription.tell(publications);
            goOn(subscription);
        }
    }

    /** Under the lock. What a subscription is told next; {@code null} if that is nothing, or has to be read first. */
    private @Nullable List<Publication> next(LogSubscription subscription) {
        ChannelState channel = subscription.channel;
        List<Publication> page = subscription.page;
        if (page != null) {
            subscription.page = null;
            reading--;
            return page;
        }
        long from = Math.max(subscription.next, channel.first());
        if (subscription.isClosed() || from > channel.tail) {
            return null;
        }
        List<Publication> hot = channel.hot(from, Math.min(channel.tail, from + PAGE - 1));
        if (hot == null) {
            subscription.reading = true;
            toRead.add(subscription);
        }
        return hot;
    }

    /** After the listener was told something: there may be more, after the others had their turn. */
    private void goOn(LogSubscription subscription) {
        synchronized (table.lock) {
            if (!subscription.isClosed() && subscription.next <= subscription.channel.tail) {
                enqueue(subscription);
            }
        }
    }

    /** Not under the lock. Begins to read for those who wait for it, as many as may have rows in memory. */
    private void readWaiting() {
        while (true) {
            LogSubscription subscription;
            LogReader.Range range;
            synchronized (table.lock) {
                if (reading == READING || toRead.isEmpty()) {
                    return;
                }
                subscription = toRead.remove();
                reading++;
                ChannelState channel = subscription.channel;
                long from = Math.max(subscription.next, channel.first());
                long to = Math.min(channel.tail, from + PAGE - 1);
                range = new LogReader.Range(channel.name, channel.id, from, to, false);
            }
            read(subscription, range);
        }
    }

    private void read(LogSubscription subscription, LogReader.Range range) {
        reader.ask(connection -> reader.read(connection, range, () -> table.first(subscription.channel)))
                .whenComplete((page, failure) -> {
                    if (failure == null) {
                        arrived(subscription, page);
                    } else if (isDamage(failure)) {
                        // Whoever counts offsets sees that one is missing; there is nothing to be had of it.
                        subscription.next = Math.max(subscription.next, range.from()) + 1;
                        arrived(subscription, List.of());
                    } else {
                        synchronized (table.lock) {
                            reading--;
                        }
                        scheduler.schedule(RETRY, () -> tryAgain(subscription));
                    }
                });
    }

    private static boolean isDamage(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof MirrorException refusal && refusal.code() == ErrorCode.STORE_DAMAGED;
    }

    private void arrived(LogSubscription subscription, List<Publication> page) {
        synchronized (table.lock) {
            subscription.page = page;
            subscription.reading = false;
        }
        wake(List.of(subscription));
    }

    private void tryAgain(LogSubscription subscription) {
        synchronized (table.lock) {
            subscription.reading = false;
        }
        wake(List.of(subscription));
    }
}
