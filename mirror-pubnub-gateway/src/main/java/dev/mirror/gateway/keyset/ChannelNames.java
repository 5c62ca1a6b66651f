package dev.mirror.gateway.keyset;

import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.spi.Authenticator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What the channel names of PubNub clients stand for: a channel of the keyset's own space, or, in a keyset with shared
 * names, a room, or the conversation of two users that exist.
 */
public final class ChannelNames {
    /** The end of the name on which the presence of a channel or group is told. */
    public static final String PRESENCE = "-pnpres";
    /** The end of a name that stands for all that begin like it. */
    public static final String WILDCARD = ".*";
    /** What stands between the name of a namespace and that of a channel group in it. */
    public static final char NAMESPACE = ':';

    /** Stands for the star of a wildcard, which no channel has in its name: no client can name a channel with it. */
    private static final char STAR = ':';

    private static final String WILDCARD_STANDS = "." + STAR;
    private static final String RESERVED = ",:*/\\";
    private static final int MAX_WILDCARD_DOTS = 2;

    private final Authenticator users;

    /** @param users tells who exists */
    public ChannelNames(Authenticator users) {
        this.users = users;
    }

    /** Whether a channel, or a group, can have this name. */
    public static boolean isName(String name) {
        if (name.isEmpty() || name.length() > ChannelName.MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c <= ' ' || c == 0x7f || RESERVED.indexOf(c) >= 0 || Character.isSurrogate(c)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a channel group can have this name, which may have the name of a namespace and a colon before it. */
    public static boolean isGroup(String name) {
        int colon = name.indexOf(NAMESPACE);
        return colon < 0 ? isName(name) : isName(name.substring(0, colon)) && isName(name.substring(colon + 1));
    }

    /** Whether it stands for all names that begin like it: {@code a.*} or {@code a.b.*}. */
    public static boolean isWildcard(String name) {
        // It is the name of a channel too, if only of one that has a presence and no log.
        if (!name.endsWith(WILDCARD) || name.length() > ChannelName.MAX_LENGTH) {
            return false;
        }
        String prefix = name.substring(0, name.length() - WILDCARD.length());
        long dots = name.chars().filter(c -> c == '.').count();
        return isName(prefix) && dots <= MAX_WILDCARD_DOTS;
    }

    /** Whether it is the presence twin of another name. */
    public static boolean isPresence(String name) {
        return name.length() > PRESENCE.length() && name.endsWith(PRESENCE);
    }

    /** The name without the ending for presence. */
    public static String withoutPresence(String name) {
        return isPresence(name) ? name.substring(0, name.length() - PRESENCE.length()) : name;
    }

    /**
     * The channel that a name stands for.
     *
     * @param name one that {@link #isName} takes, without the ending for presence
     */
    public CompletionStage<ChannelName> channel(Keyset keyset, String name) {
        ChannelName own = own(keyset, name);
        if (keyset.names() == Keyset.Names.OWN) {
            return CompletableFuture.completedFuture(own);
        }
        Optional<ChannelName> shared = ChannelName.parse(name);
        if (shared.isEmpty()) {
            return CompletableFuture.completedFuture(own);
        }
        if (shared.get().kind() == ChannelKind.ROOM) {
            return CompletableFuture.completedFuture(shared.get());
        }
        if (shared.get().kind() != ChannelKind.DIRECT) {
            return CompletableFuture.completedFuture(own);
        }
        return users.exists(shared.get().sender())
                .thenCombine(users.exists(shared.get().receiver()), (one, other) -> one && other ? shared.get() : own);
    }

    /** The channel of that name in the keyset's own space. */
    public static ChannelName own(Keyset keyset, String name) {
        return ChannelName.parse(keyset.space() + ':' + name)
                .orElseThrow(() -> new IllegalArgumentException("not the name of a channel"));
    }

    /**
     * The channel that somebody is in who listens to a wildcard: it has the wildcard itself for a name. Nothing is said
     * there; it has a presence and no log.
     */
    public static ChannelName wildcard(Keyset keyset, String wildcard) {
        return own(keyset, wildcard.substring(0, wildcard.length() - 1) + STAR);
    }

    /** The canonical name of a channel, a star where a wildcard has one. */
    public static String canonical(ChannelName channel) {
        String name = channel.canonical();
        boolean wildcard = channel.kind() == ChannelKind.EXTERNAL && name.endsWith(WILDCARD_STANDS);
        return wildcard ? name.substring(0, name.length() - 1) + '*' : name;
    }

    /** The name that clients of the keyset know a channel by, if it was not told by the client. */
    public static String shown(ChannelName channel) {
        return channel.kind() == ChannelKind.EXTERNAL
                ? canonical(channel).substring(channel.space().length() + 1)
                : channel.toString();
    }
}
