package dev.mirror.gateway.stream;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The entries that are in memory, in one order and under their topics. It has every entry of a log of interest after its
 * floor. The stream's lock guards all of it.
 */
final class Recent {
    private final StreamOptions options;
    private final int base;
    private final ArrayDeque<Kept> kept = new ArrayDeque<>();
    private final Map<String, Topic> topics = new HashMap<>();
    private long bytes;
    /** The last timetoken that was committed, of whatever channel. */
    private long head;
    /** The last region that was given at the head. */
    private int region;
    /** Up to here something may be missing. */
    private long floor;

    private record Kept(Entry entry, List<String> topics) {}

    /**
     * Nothing yet.
     *
     * @param base the region before the first thing that passes by at a timetoken
     */
    Recent(StreamOptions options, int base, long head) {
        this.options = options;
        this.base = base;
        this.region = base;
        this.head = head;
        this.floor = head;
    }

    /** Everything up to here was seen. */
    Cursor now() {
        return new Cursor(head, region);
    }

    long floor() {
        return floor;
    }

    /** Something was committed; nothing before it will come any more. */
    void advance(long timetoken) {
        if (timetoken > head) {
            head = timetoken;
            region = base;
        }
    }

    /** Something up to here was committed, and is not in memory. */
    void miss(long timetoken) {
        advance(timetoken);
        floor = head;
    }

    /** The place of something that passes by now. */
    Cursor pass() {
        return new Cursor(head, ++region);
    }

    /** Adds an entry; returns who waits for it. */
    Set<Poll> add(Entry entry, List<String> names) {
        Set<Poll> woken = new LinkedHashSet<>();
        kept.addLast(new Kept(entry, names));
        bytes += entry.memory();
        for (String name : names) {
            Topic topic = topics.computeIfAbsent(name, unknown -> new Topic());
            topic.add(entry);
            woken.addAll(topic.waiting);
        }
        while (kept.size() > options.entries() || (bytes > options.bytes() && kept.size() > 1)) {
            removeOldest();
        }
        return woken;
    }

    private void removeOldest() {
        Kept oldest = kept.removeFirst();
        bytes -= oldest.entry.memory();
        if (oldest.entry.isInLog()) {
            // Something later may have been missed since.
            floor = Math.max(floor, oldest.entry.key().timetoken());
        }
        for (String name : oldest.topics) {
            Topic topic = topics.get(name);
            if (topic != null) {
                topic.removeOldest();
                forgetIfUnused(name, topic);
            }
        }
    }

    private void forgetIfUnused(String name, Topic topic) {
        if (topic.isUnused()) {
            topics.remove(name);
        }
    }

    @Nullable
    Topic topic(String name) {
        return topics.get(name);
    }

    void await(Poll poll, List<Interest> interests) {
        for (Interest interest : interests) {
            topics.computeIfAbsent(interest.topic(), unknown -> new Topic())
                    .waiting
                    .add(poll);
        }
    }

    void forget(Poll poll, List<Interest> interests) {
        for (Interest interest : interests) {
            Topic topic = topics.get(interest.topic());
            if (topic != null && topic.waiting.remove(poll)) {
                forgetIfUnused(interest.topic(), topic);
            }
        }
    }

    /** Every poll that waits for anything. */
    Set<Poll> waiting() {
        Set<Poll> all = new HashSet<>();
        topics.values().forEach(topic -> all.addAll(topic.waiting));
        return all;
    }

    /** How many topics there are. */
    int topics() {
        return topics.size();
    }

    /** What interests have after a place, in order, as much as fits one batch. */
    Page after(List<Interest> interests, Cursor place) {
        List<Merge.Source> sources = new ArrayList<>();
        for (Interest interest : interests) {
            Topic topic = topics.get(interest.topic());
            int index = topic == null ? 0 : topic.indexAfter(place);
            if (topic != null && index < topic.size()) {
                sources.add(new Merge.Source(interest, topic, index));
            }
        }
        return Merge.first(sources, options, place.isAfter(now()) ? place : now());
    }

    /**
     * A part of what there is.
     *
     * @param deliveries in order
     * @param end everything up to here was looked at
     */
    record Page(List<Batch.Delivery> deliveries, Cursor end) {}
}
