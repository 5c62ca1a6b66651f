package dev.mirror.gateway.stream;

import dev.mirror.gateway.stream.Batch.Delivery;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Puts what several topics have into one order, entry by entry, until a batch is full. */
final class Merge {
    private static final Comparator<Source> ORDER =
            Comparator.comparing(Source::key).thenComparingInt(source -> source.rank);

    private Merge() {}

    /** A topic, as one interest sees it, from an index on. Used for one merge. */
    static final class Source {
        private final Interest interest;
        private final Topic topic;
        private int index;
        private int rank;

        Source(Interest interest, Topic topic, int index) {
            this.interest = interest;
            this.topic = topic;
            this.index = index;
        }

        Cursor key() {
            return topic.get(index).key();
        }

        private Entry entry() {
            return topic.get(index);
        }

        private boolean next() {
            index++;
            return index < topic.size();
        }
    }

    /**
     * The first deliveries of the sources. All deliveries of one entry are in it, or none.
     *
     * @param end where it ends if everything fits
     */
    static Recent.Page first(List<Source> sources, StreamOptions options, Cursor end) {
        PriorityQueue<Source> queue = new PriorityQueue<>(Math.max(1, sources.size()), ORDER);
        for (int i = 0; i < sources.size(); i++) {
            sources.get(i).rank = i;
            queue.add(sources.get(i));
        }
        List<Delivery> taken = new ArrayList<>();
        List<Delivery> same = new ArrayList<>();
        long bytes = 0;
        Cursor last = end;
        while (!queue.isEmpty()) {
            Cursor key = queue.element().key();
            takeAll(queue, key, same);
            bytes += same.stream().mapToLong(Delivery::bytes).sum();
            boolean full = taken.size() + same.size() > options.batch() || bytes > options.batchBytes();
            if (full && !taken.isEmpty()) {
                return new Recent.Page(taken, last);
            }
            taken.addAll(same);
            // What passes by after a log entry has a higher region than the one that clients see of the entry.
            last = same.get(0).entry().shown().region() > key.region()
                    ? new Cursor(key.timetoken(), same.get(0).entry().shown().region())
                    : key;
            same.clear();
        }
        return new Recent.Page(taken, end);
    }

    private static void takeAll(PriorityQueue<Source> queue, Cursor key, List<Delivery> same) {
        while (!queue.isEmpty() && queue.element().key().equals(key)) {
            Source source = queue.remove();
            same.add(new Delivery(source.entry(), source.interest));
            if (source.next()) {
                queue.add(source);
            }
        }
    }
}
