package dev.mirror.gateway.presence;

import dev.mirror.channel.ChannelKind;
import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.keyset.Keyset;
import dev.mirror.identity.Principal;
import dev.mirror.identity.SessionId;
import dev.mirror.identity.UserId;
import dev.mirror.spi.Presence.Member;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A user of a keyset, as a member of channels. In channels of the keyset's own space the uuid is who it is. In those of
 * WebSocket clients it is the user that a log-in or a token proves; without a proof it has an id that no account has,
 * and its name says that nobody verified it.
 */
final class Guest {
    /** How the id of somebody begins who is known by a uuid only. */
    private static final String UNPROVEN = "pubnub-guest-";
    /** The same, where the uuid is the id of an account. */
    private static final String CLAIMED = "pubnub-claim-";

    private static final String MARK = " (unverified)";
    private static final int ID_BYTES = 16;

    private final String keyset;
    private final String uuid;
    private final Optional<Principal> proven;
    private final UserId own;
    private final UserId unproven;

    /**
     * A user.
     *
     * @param claimed whether the uuid is the id of an account; of no matter if it is proven
     */
    Guest(Keyset keyset, String uuid, Optional<Principal> proven, boolean claimed) {
        this.keyset = keyset.subscribeKey();
        this.uuid = uuid;
        this.proven = proven;
        String hash = hash(this.keyset + '\0' + uuid);
        this.own = new UserId(UNPROVEN + hash);
        this.unproven = claimed ? new UserId(CLAIMED + hash) : own;
    }

    /** Who it is there. */
    Member in(ChannelName channel) {
        if (channel.kind() == ChannelKind.EXTERNAL) {
            return new Member(own, uuid);
        }
        return proven.map(principal -> new Member(principal.user(), principal.name()))
                .orElseGet(() -> new Member(unproven, uuid + MARK));
    }

    /** The session under which it is there: one, however many devices it has. */
    SessionId session(Member member) {
        return new SessionId("pubnub-" + hash(keyset + '\0' + member.user().value()));
    }

    /**
     * Every id under which somebody with this uuid may be in a channel, the one that counts first: an account with that
     * id before somebody who says so.
     */
    List<UserId> ids(ChannelName channel) {
        List<UserId> ids = new ArrayList<>(4);
        if (channel.kind() != ChannelKind.EXTERNAL) {
            UserId.parse(uuid).ifPresent(ids::add);
        }
        ids.add(in(channel).user());
        ids.add(own);
        return ids.stream().distinct().toList();
    }

    /** The ids of everybody who is shown by this uuid. */
    List<UserId> allIds() {
        List<UserId> ids = new ArrayList<>(2);
        ids.add(own);
        UserId.parse(uuid).ifPresent(ids::add);
        return ids;
    }

    /** The uuid under which PubNub clients see a member of a channel: never that of an account, unless it is proven. */
    static String shown(ChannelName channel, Member member) {
        String id = member.user().value();
        String name = member.name();
        if (channel.kind() == ChannelKind.EXTERNAL || id.startsWith(CLAIMED)) {
            return name;
        }
        return id.startsWith(UNPROVEN) && name.endsWith(MARK) ? name.substring(0, name.length() - MARK.length()) : id;
    }

    private static String hash(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, ID_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
