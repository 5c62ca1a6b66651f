package dev.mirror.channel;

import dev.mirror.identity.UserId;
import java.util.Optional;

/**
 * The name of a channel, parsed: its kind, its parts, and the log that it stands for.
 *
 * <ul>
 *   <li>room: an id;
 *   <li>direct: {@code id.id}, the sender first, the receiver second, exactly one dot;
 *   <li>inbox: {@code @id};
 *   <li>external: {@code space:name}, the space an id, the name 1 or more characters without control characters,
 *       white space, or any of {@code , * / \} that PubNub refuses in a channel.
 * </ul>
 *
 * <p>A native name (the first three) has at most {@value #MAX_LENGTH} characters. {@code A.B} and {@code B.A} name one
 * conversation: they are {@linkplain #equals equal} and share the {@linkplain #canonical() canonical} name, in which
 * the ids are sorted. {@link #toString()} keeps the spelling, because on the wire a peer sees the one that it used.
 *
 * <p>Immutable; safe for any thread.
 */
public final class ChannelName {
    /** The longest native name, in characters: PubNub's own limit. */
    public static final int MAX_LENGTH = 92;

    private final ChannelKind kind;
    private final String spelling;
    private final String canonical;
    /** Where the second part begins; 0 for a room. */
    private final int split;

    private ChannelName(ChannelKind kind, String spelling, String canonical, int split) {
        this.kind = kind;
        this.spelling = spelling;
        this.canonical = canonical;
        this.split = split;
    }

    /** Reads a name that came from outside; empty if it breaks the grammar. */
    public static Optional<ChannelName> parse(String name) {
        int length = name.length();
        if (length == 0 || length > UserId.MAX_LENGTH + 1 + MAX_LENGTH) {
            return Optional.empty();
        }
        if (name.charAt(0) == '@') {
            return nativeName(ChannelKind.INBOX, name, 1, UserId.isId(name, 1, length));
        }
        int colon = name.indexOf(':');
        if (colon >= 0) {
            boolean valid = UserId.isId(name, 0, colon) && isExternalPart(name, colon + 1);
            return valid ? Optional.of(new ChannelName(ChannelKind.EXTERNAL, name, name, colon + 1)) : Optional.empty();
        }
        int dot = name.indexOf('.');
        if (dot < 0) {
            return nativeName(ChannelKind.ROOM, name, 0, UserId.isId(name, 0, length));
        }
        boolean valid = UserId.isId(name, 0, dot) && UserId.isId(name, dot + 1, length);
        return nativeName(ChannelKind.DIRECT, name, dot + 1, valid);
    }

    /**
     * The public room with this id.
     *
     * @throws IllegalArgumentException if it is not an id
     */
    public static ChannelName room(String id) {
        if (!UserId.isId(id, 0, id.length())) {
            throw new IllegalArgumentException("a room is named by an id");
        }
        return new ChannelName(ChannelKind.ROOM, id, id, 0);
    }

    /**
     * The conversation of two users, spelled with the sender first.
     *
     * @throws IllegalArgumentException if the two ids together are longer than a channel's name may be
     */
    public static ChannelName direct(UserId sender, UserId receiver) {
        String name = sender.value() + '.' + receiver.value();
        return parse(name).orElseThrow(() -> new IllegalArgumentException("the two ids are too long for one name"));
    }

    /** The inbox of a user. */
    public static ChannelName inbox(UserId user) {
        String name = '@' + user.value();
        return new ChannelName(ChannelKind.INBOX, name, name, 1);
    }

    /** What kind of channel it is. */
    public ChannelKind kind() {
        return kind;
    }

    /** The name of the log: of a direct channel the sorted ids, of any other the name itself. */
    public String canonical() {
        return canonical;
    }

    /** The id before the dot of a direct channel, as spelled: the sender of the request that spelled it. */
    public UserId sender() {
        require(ChannelKind.DIRECT);
        return new UserId(spelling.substring(0, split - 1));
    }

    /** The id after the dot of a direct channel, as spelled. */
    public UserId receiver() {
        require(ChannelKind.DIRECT);
        return new UserId(spelling.substring(split));
    }

    /** The user whose inbox it is. */
    public UserId owner() {
        require(ChannelKind.INBOX);
        return new UserId(spelling.substring(split));
    }

    /** The space of an external channel: which module owns it. */
    public String space() {
        require(ChannelKind.EXTERNAL);
        return spelling.substring(0, split - 1);
    }

    /** Whether this is a direct channel of the user, or the user's own inbox. */
    public boolean belongsTo(UserId user) {
        String id = user.value();
        return switch (kind) {
            case INBOX -> isPart(id, 1, spelling.length());
            case DIRECT -> isPart(id, 0, split - 1) || isPart(id, split, spelling.length());
            case ROOM, EXTERNAL -> false;
        };
    }

    private boolean isPart(String id, int start, int end) {
        return end - start == id.length() && spelling.startsWith(id, start);
    }

    private void require(ChannelKind expected) {
        if (kind != expected) {
            throw new IllegalStateException(spelling + " is a channel of kind " + kind);
        }
    }

    private static Optional<ChannelName> nativeName(ChannelKind kind, String name, int split, boolean valid) {
        if (!valid || name.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        String canonical = kind == ChannelKind.DIRECT ? sorted(name, split) : name;
        return Optional.of(new ChannelName(kind, name, canonical, split));
    }

    private static String sorted(String name, int split) {
        String first = name.substring(0, split - 1);
        String second = name.substring(split);
        return first.compareTo(second) <= 0 ? name : second + '.' + first;
    }

    private static boolean isExternalPart(String name, int start) {
        int length = name.length() - start;
        if (length < 1 || length > MAX_LENGTH) {
            return false;
        }
        for (int i = start; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c <= ' ' || c == 0x7f || ",*/\\".indexOf(c) >= 0 || Character.isSurrogate(c)) {
                return false;
            }
        }
        return true;
    }

    /** Two names are equal if they stand for the same log. */
    @Override
    public boolean equals(Object other) {
        return other instanceof ChannelName name && canonical.equals(name.canonical);
    }

    @Override
    public int hashCode() {
        return canonical.hashCode();
    }

    /** The name as it was spelled. */
    @Override
    public String toString() {
        return spelling;
    }
}
