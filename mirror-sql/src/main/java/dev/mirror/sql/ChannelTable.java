package dev.mirror.sql;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The channels that somebody used lately, and the lock that guards all that is known of them. At most
 * {@value #MAX_IDLE} that nobody uses stay; whoever comes later reads the database again.
 *
 * <p>Safe for any thread. Nothing blocks or calls out under the lock.
 */
final class ChannelTable {
    private static final int MAX_IDLE = 100_000;

    final Object lock = new Object();
    final HotTail hotTail;
    private final LogOptions options;
    private final LogReader reader;
    private final LinkedHashMap<ChannelName, ChannelState> states =
            new LinkedHashMap<>(16, 0.75f, true); // guarded by lock; the least used first
    private long changes; // guarded by lock; how often something left the table, or a new connection began
    private long life; // guarded by lock; of the writer's connection
    private int forgetAt = MAX_IDLE; // guarded by lock; how many there are when some are forgotten next
    private boolean closed; // guarded by lock

    ChannelTable(LogOptions options, LogReader reader) {
        this.options = options;
        this.reader = reader;
        this.hotTail = new HotTail(options.hotBytes());
    }

    /** Does something under the lock with what is known of a channel, after reading the database if need be. */
    <T> CompletionStage<T> with(ChannelName name, Function<ChannelState, T> action) {
        long before;
        synchronized (lock) {
            if (closed) {
                return CompletableFuture.failedFuture(closed());
            }
            ChannelState state = states.get(name);
            if (state != null) {
                return CompletableFuture.completedFuture(action.apply(state));
            }
            before = changes;
        }
        return reader.find(name).thenCompose(found -> {
            synchronized (lock) {
                // If a state came and went meanwhile, there may be more rows than were found.
                if (changes == before && !states.containsKey(name) && !closed) {
                    put(name).set(found, life);
                }
            }
            return with(name, action);
        });
    }

    /** For the writer: what is known of a channel, read from its own connection if need be. */
    ChannelState take(ChannelName name, LogStatements statements) throws SQLException {
        synchronized (lock) {
            ChannelState state = states.get(name);
            if (state != null && state.life == life) {
                state.inUse = true;
                return state;
            }
        }
        ChannelState.Found found = statements.find(name);
        synchronized (lock) {
            ChannelState state = states.get(name);
            if (state == null) {
                found.requireSound();
                state = put(name);
            }
            if (state.tail != found.tail()) {
                hotTail.forgetBefore(state.hot, Long.MAX_VALUE); // it ends at the tail, or it is of no use
            }
            state.set(found, life);
            state.inUse = true;
            return state;
        }
    }

    /** For the writer: of these channels, those that it would have to read. */
    List<ChannelName> unknown(Collection<ChannelName> names) {
        synchronized (lock) {
            return names.stream()
                    .filter(name -> {
                        ChannelState state = states.get(name);
                        return state == null || state.life != life;
                    })
                    .toList();
        }
    }

    /**
     * For the writer, between two transactions: somebody else may have written since it last did. What is known is
     * forgotten, and has to be read again by whoever comes; of {@link #behind}, by the writer.
     */
    void begin(long connection) {
        synchronized (lock) {
            if (connection != life) {
                life = connection;
                changes++;
                states.values().forEach(state -> hotTail.forgetBefore(state.hot, Long.MAX_VALUE));
                states.values().removeIf(state -> state.subscriptions.isEmpty());
            }
        }
    }

    /** The oldest offset that may be read, also if the state that somebody has was forgotten since. */
    long first(ChannelState state) {
        synchronized (lock) {
            ChannelState now = states.get(state.name);
            return now == null ? state.first() : Math.max(now.first(), state.first());
        }
    }

    /** Channels that somebody listens to, but of which nobody has asked the database since the connection was lost. */
    List<ChannelName> behind(int limit) {
        synchronized (lock) {
            return states.values().stream()
                    .filter(state -> state.life != life && !state.subscriptions.isEmpty())
                    .limit(limit)
                    .map(state -> state.name)
                    .toList();
        }
    }

    private ChannelState put(ChannelName name) {
        ChannelName canonical = ChannelName.parse(name.canonical()).orElse(name);
        ChannelState state =
                new ChannelState(canonical, options.keep(name.kind()).count());
        states.put(canonical, state);
        if (states.size() > forgetAt) {
            forgetSome(state);
            forgetAt = Math.max(MAX_IDLE, states.size() + MAX_IDLE / 10);
        }
        return state;
    }

    private void forgetSome(ChannelState except) {
        changes++;
        int forgotten = 0;
        Iterator<ChannelState> eldest = states.values().iterator();
        while (eldest.hasNext() && forgotten < MAX_IDLE / 10) {
            ChannelState state = eldest.next();
            if (state != except && state.isIdle()) {
                eldest.remove();
                forgotten++;
            }
        }
    }

    /** From now on everything is refused. Yields who still listened. */
    List<LogSubscription> close() {
        synchronized (lock) {
            closed = true;
            List<LogSubscription> subscriptions = new ArrayList<>();
            states.values().forEach(state -> {
                subscriptions.addAll(state.subscriptions);
                state.subscriptions = List.of();
            });
            states.clear();
            return subscriptions;
        }
    }

    static MirrorException closed() {
        return new MirrorException(ErrorCode.BUSY, "the log is closed");
    }
}
