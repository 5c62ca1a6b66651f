package dev.mirror.pubnub;

import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker.Receipt;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What this broker knows of the channels: who said what under which id, and how far each log goes. PubNub has no such
 * memory. It forgets what was not used for longest, so it is bounded. Safe for any thread.
 */
final class Known {
    private static final int SAYINGS = 50_000;
    private static final int CHANNELS = 10_000;

    private final Map<Key, Said> sayings = bounded(SAYINGS); // guarded by this
    private final Map<String, Log> logs = bounded(CHANNELS); // guarded by this

    private record Key(UserId publisher, String id) {}

    /** One entry, whether it is under way or was answered. */
    final class Said {
        private final ChannelName channel;
        private final int length;
        private final int hash;
        private final Set<ChannelName> copies = new HashSet<>(); // guarded by the Known
        private final Set<ChannelName> doubted = new HashSet<>(); // guarded by the Known
        private @Nullable Receipt receipt; // guarded by the Known

        Said(ChannelName channel, Publication.Entry entry) {
            this.channel = channel;
            this.length = entry.body().length();
            this.hash = entry.body().hashCode();
        }

        private boolean is(ChannelName other, Publication.Entry entry) {
            return channel.equals(other)
                    && length == entry.body().length()
                    && hash == entry.body().hashCode();
        }

        /** What the original's publish yielded, if it did. */
        @Nullable
        Receipt receipt() {
            synchronized (Known.this) {
                return receipt;
            }
        }

        void answered(Receipt value) {
            synchronized (Known.this) {
                receipt = value;
            }
        }

        /** Nobody knows whether it is in this log. */
        void doubt(ChannelName log) {
            synchronized (Known.this) {
                doubted.add(log);
            }
        }

        boolean isDoubted(ChannelName log) {
            synchronized (Known.this) {
                return doubted.contains(log);
            }
        }

        boolean hasCopy(ChannelName copy) {
            synchronized (Known.this) {
                return copies.contains(copy);
            }
        }

        void copied(ChannelName copy) {
            synchronized (Known.this) {
                copies.add(copy);
            }
        }
    }

    private static final class Log {
        boolean read; // whether its newest messages were
        long tail;
        long sent; // how many of this broker
    }

    /** Keeps the number of entries, and of those the ones used last. */
    static <K, V> Map<K, V> bounded(int most) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        };
    }

    /**
     * The entry with this publisher and id; a new one if there was none.
     *
     * @throws MirrorException with {@code conflict} if the id was used for something else
     */
    synchronized Said claim(ChannelName channel, Publication.Entry entry) {
        Said said = sayings.computeIfAbsent(new Key(entry.publisher(), entry.id()), key -> new Said(channel, entry));
        if (!said.is(channel, entry)) {
            throw new MirrorException(ErrorCode.CONFLICT, "this id was used for another publication");
        }
        return said;
    }

    /** Nothing was published under this id after all. */
    synchronized void forget(Publication.Entry entry) {
        Key key = new Key(entry.publisher(), entry.id());
        Said said = sayings.get(key);
        if (said != null && said.receipt == null && said.doubted.isEmpty()) {
            sayings.remove(key);
        }
    }

    /** Notes what was found in a log, or heard. */
    synchronized void heard(Publication publication) {
        Publication.Origin origin = publication.origin();
        ChannelName channel = origin == null ? publication.channel() : origin.channel();
        Position position = origin == null ? publication.position() : origin.position();
        Publication.Entry entry = publication.entry();
        Said said = sayings.computeIfAbsent(new Key(entry.publisher(), entry.id()), key -> new Said(channel, entry));
        if (said.is(channel, entry)) {
            if (said.receipt == null) {
                said.receipt = new Receipt(position, position.offset(), false);
            }
            if (origin != null) {
                said.copies.add(publication.channel());
            }
        }
        reached(publication.channel(), publication.position().offset());
    }

    /** Notes how far a log goes. */
    synchronized void reached(ChannelName channel, long timetoken) {
        Log log = log(channel);
        log.tail = Math.max(log.tail, timetoken);
    }

    /** How far a log goes at the least. */
    synchronized long tail(ChannelName channel) {
        return log(channel).tail;
    }

    /** Whether what was said lately on a channel was read. */
    synchronized boolean read(ChannelName channel) {
        return log(channel).read;
    }

    synchronized void wasRead(ChannelName channel) {
        log(channel).read = true;
    }

    /** The number of the next message of this broker on a channel. */
    synchronized long number(ChannelName channel) {
        return ++log(channel).sent;
    }

    private Log log(ChannelName channel) {
        return logs.computeIfAbsent(channel.canonical(), name -> new Log());
    }
}
