package dev.mirror.examples;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import dev.mirror.spi.History;
import dev.mirror.spi.HistoryQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One channel of {@link CustomBroker}: everything that was ever published, and who listens. On the broker's thread. */
final class ChannelLog {
    private final ChannelName channel;
    private final String epoch;
    private final List<Publication> kept = new ArrayList<>();
    private final List<Interest> interests = new CopyOnWriteArrayList<>(); // any thread may end one

    ChannelLog(ChannelName channel, String epoch) {
        this.channel = channel;
        this.epoch = epoch;
    }

    private record Interest(
            Object id, List<Interest> all, Consumer<Publication> listener, Position position, boolean recovered)
            implements Broker.Subscription {
        void tell(Publication publication) {
            try {
                if (all.contains(this)) {
                    listener.accept(publication);
                }
            } catch (RuntimeException broken) {
                System.getLogger("broker").log(System.Logger.Level.WARNING, "a listener failed", broken);
            }
        }

        @Override
        public void close() {
            all.remove(this);
        }
    }

    Publication append(Publication.Entry entry, long timetoken, Publication.@Nullable Origin origin) {
        Position next = new Position(epoch, kept.size() + 1);
        Publication publication = new Publication(channel, next, timetoken, entry, origin);
        kept.add(publication);
        interests.forEach(interest -> interest.tell(publication));
        return publication;
    }

    Broker.Subscription subscribe(@Nullable Position after, Consumer<Publication> listener) {
        Interest interest =
                new Interest(new Object(), interests, listener, new Position(epoch, kept.size()), covers(after));
        interests.add(interest);
        int from = after == null ? kept.size() : covers(after) ? (int) after.offset() : 0;
        kept.subList(from, kept.size()).forEach(interest::tell);
        return interest;
    }

    History page(HistoryQuery query) {
        Position from = query.from();
        boolean back = query.backward();
        long time = query.timetoken();
        int at = from == null || !covers(from) ? -1 : (int) Math.max(0, from.offset() - (back ? 1 : 0));
        at = time > 0
                ? (int) kept.stream().filter(each -> each.timetoken() < time).count()
                : at;
        int end = at >= 0 && back ? at : kept.size();
        int begin = back ? Math.max(0, end - query.limit()) : Math.max(0, at);
        end = Math.min(end, begin + query.limit());
        return new History(kept.subList(begin, end), new Position(epoch, kept.size()), 1, covers(from));
    }

    private boolean covers(@Nullable Position position) {
        return position == null || (position.epoch().equals(epoch) && position.offset() <= kept.size());
    }
}
