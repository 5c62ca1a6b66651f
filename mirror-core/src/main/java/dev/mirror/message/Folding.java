package dev.mirror.message;

import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is to be shown of a room or a conversation: its publications with their amendments folded in, which are edits,
 * deletions and reactions (W49 to W52).
 *
 * <p>It depends on nothing but which publications were added: their order, repetition, and the pages they came in do
 * not matter. An amendment whose original was not added waits for it, so history can be read backward.
 *
 * <p>It holds what was added, and is bounded by that. Not safe for several threads at once.
 */
public final class Folding {
    /** How many reactions one user may have at one publication. */
    public static final int MAX_REACTIONS = 20;

    private static final List<String> IDENTITY = List.of("userId", "username", "channel");

    private final ChannelName channel;
    private final String epoch;
    private final NavigableMap<Long, Publication> originals = new TreeMap<>(); // the caller's
    private final Map<Long, NavigableMap<Long, Amendment>> amendments = new HashMap<>(); // the caller's; by target

    /**
     * One publication as it is to be shown.
     *
     * @param original as it was published; of an inbox, the copy there
     * @param body compact JSON, edited if it was; {@code null} if it was deleted and only its place is left
     * @param edited whether the body is another one than the original's
     * @param reactions who reacted, by value; the earliest first
     */
    public record Message(
            Publication original, @Nullable String body, boolean edited, Map<String, List<UserId>> reactions) {}

    /**
     * Nothing yet.
     *
     * @param channel the room or direct channel that the publications are of
     * @param epoch the epoch of its log; after it changed another folding begins
     */
    public Folding(ChannelName channel, String epoch) {
        this.channel = channel;
        this.epoch = epoch;
    }

    /**
     * Adds a publication: of the channel itself, or its copy from an inbox. One of another channel or epoch changes
     * nothing, nor does one that was added before.
     *
     * @return the offset in the channel of what is shown otherwise from now on; 0 if it is nothing
     */
    public long add(Publication publication) {
        Publication.Origin origin = publication.origin();
        ChannelName place = origin == null ? publication.channel() : origin.channel();
        Position position = origin == null ? publication.position() : origin.position();
        if (!place.equals(channel) || !position.epoch().equals(epoch)) {
            return 0;
        }
        long offset = position.offset();
        Amendment amendment = Amendment.read(publication, epoch, offset);
        if (amendment == null) {
            return originals.putIfAbsent(offset, publication) == null ? offset : 0;
        }
        if (amendment.target() > 0) {
            amendments
                    .computeIfAbsent(amendment.target(), target -> new TreeMap<>())
                    .put(offset, amendment);
        }
        return originals.containsKey(amendment.target()) ? amendment.target() : 0;
    }

    /** Everything that is to be shown, in offset order. */
    public List<Message> messages() {
        List<Message> messages = new ArrayList<>(originals.size());
        originals.forEach((offset, original) -> messages.add(folded(offset, original)));
        return messages;
    }

    /** What is to be shown at this offset of the channel; {@code null} if it is nothing. */
    public @Nullable Message at(long offset) {
        Publication original = originals.get(offset);
        return original == null ? null : folded(offset, original);
    }

    private Message folded(long offset, Publication original) {
        String body = original.entry().body();
        boolean edited = false;
        Map<String, Set<UserId>> reactions = new LinkedHashMap<>();
        for (Amendment each : amendments.getOrDefault(offset, new TreeMap<>()).values()) {
            boolean own = each.publisher().equals(original.entry().publisher());
            switch (each.kind()) {
                case EDIT -> {
                    body = own ? edited(each.value(), original.entry().body()) : body;
                    edited |= own;
                }
                case DELETE -> {
                    if (own) {
                        return new Message(original, null, false, Map.of());
                    }
                }
                case REACT -> react(reactions, each);
                default -> {
                    reactions.getOrDefault(each.value(), new LinkedHashSet<>()).remove(each.publisher());
                    reactions.values().removeIf(Set::isEmpty);
                }
            }
        }
        Map<String, List<UserId>> all = new LinkedHashMap<>();
        reactions.forEach((value, users) -> all.put(value, List.copyOf(users)));
        return new Message(original, body, edited, all);
    }

    private static void react(Map<String, Set<UserId>> reactions, Amendment reaction) {
        UserId user = reaction.publisher();
        long own = reactions.values().stream()
                .filter(users -> users.contains(user))
                .count();
        if (own < MAX_REACTIONS) {
            reactions
                    .computeIfAbsent(reaction.value(), value -> new LinkedHashSet<>())
                    .add(user);
        }
    }

    /** The new body; who said it is not the editor's to state, so those fields are the original's (W50). */
    private static String edited(String edit, String original) {
        if (!edit.startsWith("{")) {
            return edit;
        }
        try {
            Map<String, String> fields = Amendment.fields(edit);
            Map<String, String> known = Amendment.fields(original);
            for (String key : IDENTITY) {
                fields.remove(key);
                if (known.containsKey(key)) {
                    fields.put(key, known.get(key));
                }
            }
            return fields.entrySet().stream()
                    .map(field -> JsonCodec.quote(field.getKey()) + ':' + field.getValue())
                    .collect(Collectors.joining(",", "{", "}"));
        } catch (IOException unreadable) {
            return original;
        }
    }
}
