package dev.mirror.memory;

import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Publication;
import dev.mirror.spi.Conversations;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * The conversations of a {@link MemoryBroker}. Each lives as long as its log does, so the broker's limits bound them;
 * of those who were seen it remembers the last {@value #MAX_SEEN}.
 */
final class MemoryConversations implements Conversations {
    private static final int MAX_SEEN = 100_000;

    private final MemoryBroker broker;
    private final Map<UserId, Map<ChannelName, Talk>> byUser = new HashMap<>(); // guarded by the broker's lock
    private final Map<UserId, Instant> seen = new LinkedHashMap<>(); // guarded by the broker's lock

    /** One direct channel, under both its users. */
    private static final class Talk {
        final MemoryLog log;
        final Map<UserId, Mark> marks = new HashMap<>(2); // guarded by the broker's lock; of both users
        long timetoken; // guarded by the broker's lock; of the newest publication

        Talk(MemoryLog log) {
            this.log = log;
            marks.put(log.channel.sender(), new Mark(log.epoch, 0, 0));
            marks.put(log.channel.receiver(), new Mark(log.epoch, 0, 0));
        }

        @SuppressWarnings("NullAway") // both users always have marks
        Mark of(UserId user) {
            return marks.get(user);
        }

        Mark move(UserId user, Mark mark) {
            Mark merged = of(user).merged(mark, log.tail().offset());
            marks.put(user, merged);
            return merged;
        }
    }

    MemoryConversations(MemoryBroker broker) {
        this.broker = broker;
    }

    /** Under the broker's lock. The log has this publication as its newest. */
    void published(MemoryLog log, Publication publication) {
        UserId publisher = publication.entry().publisher();
        Talk talk = byUser.computeIfAbsent(log.channel.sender(), user -> new HashMap<>())
                .computeIfAbsent(log.channel, channel -> new Talk(log));
        byUser.computeIfAbsent(log.channel.receiver(), user -> new HashMap<>()).put(log.channel, talk);
        talk.timetoken = publication.timetoken();
        if (talk.marks.containsKey(publisher)) {
            long offset = publication.position().offset();
            talk.move(publisher, new Mark(log.epoch, offset, offset));
        }
    }

    /** Under the broker's lock. There is no such log any more. */
    void ended(MemoryLog log) {
        for (UserId user : List.of(log.channel.sender(), log.channel.receiver())) {
            byUser.computeIfPresent(user, (key, talks) -> {
                talks.remove(log.channel);
                return talks.isEmpty() ? null : talks;
            });
        }
    }

    /** Under the broker's lock. */
    void clear() {
        byUser.clear();
        seen.clear();
    }

    @Override
    public CompletionStage<Mark> mark(UserId user, ChannelName channel, Mark mark) {
        return broker.locked(() -> {
            if (channel.kind() != ChannelKind.DIRECT || !channel.belongsTo(user)) {
                throw new MirrorException(ErrorCode.NOT_ALLOWED, "not one of the two of this conversation");
            }
            Talk talk = byUser.getOrDefault(user, Map.of()).get(channel);
            if (talk == null) {
                throw new MirrorException(ErrorCode.NOT_FOUND, "nothing was said there");
            }
            if (!mark.epoch().equals(talk.log.epoch)) {
                throw new MirrorException(ErrorCode.CONFLICT, "the log has another epoch");
            }
            return talk.move(user, mark);
        });
    }

    @Override
    public CompletionStage<Listed> of(UserId user, int limit) {
        if (limit < 1 || limit > MAX_LISTED) {
            throw new IllegalArgumentException("1 to " + MAX_LISTED + " conversations are listed");
        }
        return broker.locked(() -> {
            Collection<Talk> talks = byUser.getOrDefault(user, Map.of()).values();
            List<Conversation> listed = talks.stream()
                    .sorted(Comparator.comparingLong((Talk talk) -> talk.timetoken)
                            .reversed())
                    .limit(limit)
                    .map(talk -> conversation(user, talk))
                    .toList();
            return new Listed(listed, talks.size() > limit);
        });
    }

    private Conversation conversation(UserId user, Talk talk) {
        ChannelName channel = talk.log.channel;
        UserId peer = channel.sender().equals(user) ? channel.receiver() : channel.sender();
        return new Conversation(channel, talk.log.tail(), talk.timetoken, talk.of(user), talk.of(peer), seen.get(peer));
    }

    @Override
    @SuppressWarnings("NullAway") // the value of a stage of Void
    public CompletionStage<Void> seen(UserId user, Instant when) {
        return broker.locked(() -> {
            Instant before = seen.remove(user);
            seen.put(user, before != null && before.isAfter(when) ? before : when);
            if (seen.size() > MAX_SEEN) {
                seen.remove(seen.keySet().iterator().next());
            }
            return null;
        });
    }
}
