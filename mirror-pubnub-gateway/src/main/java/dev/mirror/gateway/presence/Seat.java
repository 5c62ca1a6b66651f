package dev.mirror.gateway.presence;

import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.keyset.Keyset;
import dev.mirror.identity.SessionId;
import dev.mirror.spi.Presence.Member;
import java.util.Comparator;

/** A user of a keyset in a channel, until it leaves or gives no sign of life for too long. */
final class Seat {
    /** By when they are looked at next. */
    static final Comparator<Seat> BY_DUE =
            Comparator.<Seat>comparingLong(seat -> seat.dueAt).thenComparingLong(seat -> seat.number);

    final Keyset keyset;
    final ChannelName channel;
    final Member member;
    final SessionId session;
    /** No two have one. */
    private final long number;
    // All below: guarded by the lock of the seats.
    /** How long it counts without a sign of life. */
    long patienceMillis;
    /** When it ends without another one. */
    long deadline;
    /** When it is looked at next: not after the deadline. */
    long dueAt;
    /** Whether it should be taken. */
    boolean wanted;
    /** Whether it is taken, as far as anybody knows. */
    boolean entered;
    /** Whether that is about to change. */
    boolean moving;

    Seat(Keyset keyset, ChannelName channel, Member member, SessionId session, long number) {
        this.keyset = keyset;
        this.channel = channel;
        this.member = member;
        this.session = session;
        this.number = number;
    }
}
