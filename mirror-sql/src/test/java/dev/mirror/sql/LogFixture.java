package dev.mirror.sql;

import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import dev.mirror.spi.Draft;
import dev.mirror.spi.HistoryQuery;
import dev.mirror.spi.Scheduler;
import dev.mirror.testkit.time.Await;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A store with its log, on threads of its own. */
final class LogFixture implements AutoCloseable {
    static final UserId ANN = new UserId("ann");
    static final UserId BOB = new UserId("bob");

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final ConcurrentLinkedQueue<MirrorException> unsafe = new ConcurrentLinkedQueue<>();
    private final SqlStore store;
    private final SqlLog log;

    LogFixture(Path folder) {
        this(Database.sqlite(folder));
    }

    LogFixture(Path folder, LogOptions options) {
        this(Database.sqlite(folder), options);
    }

    LogFixture(Path folder, LogOptions options, InstantSource time) {
        this(Database.sqlite(folder), options, time);
    }

    LogFixture(Database database) {
        this(database, LogOptions.STANDARD);
    }

    LogFixture(Database database, LogOptions options) {
        this(database, options, InstantSource.system());
    }

    LogFixture(Database database, LogOptions options, InstantSource time) {
        try {
            store = SqlStore.open(database, new Surroundings(time, new SecureRandom(), threads));
            log = store.log(options, scheduler(), unsafe::add);
        } catch (RuntimeException e) {
            threads.shutdown();
            timer.shutdown();
            throw e;
        }
    }

    private Scheduler scheduler() {
        return (delay, task) -> {
            try {
                Future<?> future = timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
                return () -> future.cancel(false);
            } catch (RejectedExecutionException closed) {
                return () -> {};
            }
        };
    }

    SqlStore store() {
        return store;
    }

    SqlLog log() {
        return log;
    }

    /** What the callback for a broken disk was called with. */
    List<MirrorException> unsafe() {
        return List.copyOf(unsafe);
    }

    static Draft draft(ChannelName channel, String id) {
        return draft(channel, id, "\"" + id + "\"");
    }

    static Draft draft(ChannelName channel, String id, String body) {
        return new Draft(channel, List.of(), new Publication.Entry(ANN, id, body));
    }

    Broker.Receipt publish(ChannelName channel, String id) {
        return Await.value(log.publish(draft(channel, id)));
    }

    /** Every publication of a channel. */
    List<Publication> all(ChannelName channel) {
        List<Publication> all = new ArrayList<>();
        List<Publication> page = Await.value(log.history(new HistoryQuery(channel, null, 0, false, 300)))
                .publications();
        while (!page.isEmpty()) {
            all.addAll(page);
            page = Await.value(log.history(HistoryQuery.after(
                            channel, page.get(page.size() - 1).position(), 300)))
                    .publications();
        }
        return all;
    }

    @Override
    public void close() {
        log.close();
        store.close();
        threads.shutdown();
        timer.shutdownNow();
    }
}
