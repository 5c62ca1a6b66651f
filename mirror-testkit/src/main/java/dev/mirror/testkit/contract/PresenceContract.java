package dev.mirror.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.channel.ChannelName;
import dev.mirror.identity.SessionId;
import dev.mirror.identity.UserId;
import dev.mirror.spi.Presence;
import dev.mirror.spi.Presence.Change;
import dev.mirror.spi.Presence.Member;
import dev.mirror.spi.Presence.Members;
import dev.mirror.spi.Scheduler;
import dev.mirror.testkit.time.Await;
import dev.mirror.testkit.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/**
 * The contract of {@link Presence}, rules P1 to P7, as tests. A subclass hands in the adapter, empty for each test. The
 * rules about the grace are tried in virtual time, the others without a grace.
 */
public abstract class PresenceContract {
    private static final Member ANN = new Member(new UserId("ann"), "Ann");
    private static final Member BOB = new Member(new UserId("bob"), "Bob");
    private static final Member CAT = new Member(new UserId("Cat"), "Cat");

    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Duration ALMOST = GRACE.minusMillis(1);

    private final ChannelName room = ChannelName.room("room");
    private final VirtualTime time = new VirtualTime();

    /**
     * A presence in which nobody is anywhere.
     *
     * @param scheduler what it has to take the time from
     * @param grace how long somebody may be away before it counts as a leave; zero for not at all
     */
    protected abstract Presence open(Scheduler scheduler, Duration grace) throws Exception;

    private Presence open() throws Exception {
        return open(time, Duration.ZERO);
    }

    /** How long to wait for a watcher to be called. */
    protected Duration deadline() {
        return Await.DEADLINE;
    }

    /** Two devices are one member, who stays as long as one of them does. */
    @Test
    void p1_aUserIsThereFromTheFirstEnterToTheLastLeave() throws Exception {
        Presence presence = open();
        enter(presence, ANN, "phone");
        enter(presence, ANN, "laptop");
        assertThat(members(presence)).containsExactly(ANN);
        leave(presence, "phone");
        assertThat(members(presence)).containsExactly(ANN);
        leave(presence, "laptop");
        assertThat(members(presence)).isEmpty();
        enter(presence, ANN, "phone");
        assertThat(members(presence)).containsExactly(ANN);
    }

    /** Being in one channel says nothing about another. */
    @Test
    void p1_channelsAreIndependent() throws Exception {
        Presence presence = open();
        ChannelName other = ChannelName.room("other");
        enter(presence, ANN, "phone");
        Await.value(presence.enter(other, BOB, new SessionId("tablet")));
        Await.value(presence.leave(other, new SessionId("phone")));
        assertThat(members(presence)).containsExactly(ANN);
        assertThat(Await.value(presence.members(other)).members()).containsExactly(BOB);
    }

    /** Whoever is not sure whether an enter arrived enters again; a leave that comes twice takes nobody along. */
    @Test
    void p2_enterAndLeaveAreIdempotentForEachSession() throws Exception {
        Presence presence = open();
        leave(presence, "phone");
        enter(presence, ANN, "phone");
        enter(presence, ANN, "phone");
        enter(presence, ANN, "laptop");
        leave(presence, "phone");
        leave(presence, "phone");
        assertThat(members(presence)).containsExactly(ANN);
        leave(presence, "laptop");
        assertThat(members(presence)).isEmpty();
    }

    /** A watcher hears of users, not of devices: one join, one leave, in the order in which they happened. */
    @Test
    void p3_aWatcherHearsEachJoinAndLeaveOnce() throws Exception {
        Presence presence = open();
        List<Change> heard = new CopyOnWriteArrayList<>();
        enter(presence, BOB, "earlier");
        try (Presence.Watch watch = presence.watch(room, heard::add)) {
            enter(presence, ANN, "phone");
            enter(presence, ANN, "laptop");
            leave(presence, "phone");
            enter(presence, ANN, "laptop");
            leave(presence, "laptop");
            leave(presence, "laptop");
            leave(presence, "earlier");
            Await.until("the last leave is heard", deadline(), () -> told(heard).contains("bob left"));
        }
        assertThat(told(heard)).containsExactly("ann joined", "ann left", "bob left");
    }

    /** After its close a watcher hears nothing. */
    @Test
    void p3_aClosedWatcherHearsNothing() throws Exception {
        Presence presence = open();
        List<Change> closed = new CopyOnWriteArrayList<>();
        List<Change> other = new CopyOnWriteArrayList<>();
        Presence.Watch goes = presence.watch(room, closed::add);
        try (Presence.Watch stays = presence.watch(room, other::add)) {
            goes.close();
            goes.close();
            enter(presence, ANN, "phone");
            Await.until("the join is heard", deadline(), () -> other.size() == 1);
        }
        assertThat(closed).isEmpty();
    }

    /** Many at once: for each user joins and leaves alternate, and the sum is who is there. */
    @Test
    void p3_changesOfManyAtOnceAddUp() throws Exception {
        Presence presence = open();
        List<Change> heard = new CopyOnWriteArrayList<>();
        try (Presence.Watch watch = presence.watch(room, heard::add)) {
            new Crowd(4, thread -> {
                        Member member = thread % 2 == 0 ? ANN : BOB;
                        for (int i = 0; i < 100; i++) {
                            enter(presence, member, "s-" + thread);
                            leave(presence, "s-" + thread);
                        }
                    })
                    .close();
            enter(presence, CAT, "last");
            Await.until("the last join is heard", deadline(), () -> told(heard).contains("Cat joined"));
        }
        for (Member member : List.of(ANN, BOB)) {
            List<Boolean> joins = new ArrayList<>();
            heard.stream()
                    .filter(change -> change.member().equals(member))
                    .forEach(change -> joins.add(change.joined()));
            assertThat(joins).hasSizeGreaterThanOrEqualTo(2);
            for (int i = 0; i < joins.size(); i++) {
                assertThat(joins.get(i))
                        .as("change %d of %s is a join", i, member)
                        .isEqualTo(i % 2 == 0);
            }
            assertThat(joins.get(joins.size() - 1))
                    .as("the last change is a join")
                    .isFalse();
        }
        assertThat(members(presence)).containsExactly(CAT);
    }

    /** The list is sorted by id, as characters compare, and has nobody twice. */
    @Test
    void p4_membersAreSortedById() throws Exception {
        Presence presence = open();
        enter(presence, BOB, "1");
        enter(presence, ANN, "2");
        enter(presence, CAT, "3");
        enter(presence, ANN, "4");
        assertThat(members(presence)).containsExactly(CAT, ANN, BOB);
        Set<String> expected = new TreeSet<>();
        for (int i = 0; i < 50; i++) {
            Member member = new Member(new UserId("u" + (i * 7) % 50), "name");
            expected.add(member.user().value());
            enter(presence, member, "s" + i);
        }
        expected.addAll(List.of("Cat", "ann", "bob"));
        assertThat(members(presence))
                .extracting(member -> member.user().value())
                .containsExactlyElementsOf(expected);
    }

    /** A fault in one watcher is nobody else's, and not the end for that one either. */
    @Test
    void p5_aWatcherThatThrowsSpoilsNothing() throws Exception {
        Presence presence = open();
        List<Change> broken = new CopyOnWriteArrayList<>();
        List<Change> sound = new CopyOnWriteArrayList<>();
        try (Presence.Watch one = presence.watch(room, change -> {
                    broken.add(change);
                    throw new IllegalStateException("on purpose");
                });
                Presence.Watch two = presence.watch(room, sound::add)) {
            enter(presence, ANN, "phone");
            leave(presence, "phone");
            Await.until("both watchers hear both", deadline(), () -> sound.size() + broken.size() == 4);
        }
        assertThat(told(sound)).containsExactly("ann joined", "ann left");
        assertThat(sound).isEqualTo(broken);
    }

    /** Versions count by one in a channel, and in each channel for itself. */
    @Test
    void p6_versionsCountByOne() throws Exception {
        Presence presence = open();
        ChannelName other = ChannelName.room("other");
        List<Change> heard = new CopyOnWriteArrayList<>();
        try (Presence.Watch watch = presence.watch(room, heard::add)) {
            enter(presence, ANN, "phone");
            Await.value(presence.enter(other, CAT, new SessionId("tablet")));
            enter(presence, BOB, "laptop");
            enter(presence, BOB, "laptop");
            leave(presence, "phone");
            leave(presence, "laptop");
            Await.until("all four changes are heard", deadline(), () -> heard.size() == 4);
        }
        long first = heard.get(0).version();
        assertThat(heard).extracting(Change::version).containsExactly(first, first + 1, first + 2, first + 3);
    }

    /** Who asks for the list after beginning to watch knows from the versions which changes it has already. */
    @Test
    void p6_theListAndTheChangesChain() throws Exception {
        Presence presence = open();
        List<Change> heard = new CopyOnWriteArrayList<>();
        enter(presence, CAT, "earlier");
        try (Presence.Watch watch = presence.watch(room, heard::add);
                Crowd crowd = new Crowd(2, thread -> {
                    Member member = thread == 0 ? ANN : BOB;
                    for (int i = 0; i < 100; i++) {
                        enter(presence, member, "s-" + thread);
                        leave(presence, "s-" + thread);
                    }
                })) {
            Members seen = Await.value(presence.members(room));
            crowd.close();
            enter(presence, new Member(new UserId("zoe"), "Zoe"), "last");
            Await.until("the last join is heard", deadline(), () -> told(heard).contains("zoe joined"));
            Set<String> there = new TreeSet<>();
            seen.members().forEach(member -> there.add(member.user().value()));
            long version = seen.version();
            for (Change change : heard) {
                if (change.version() > seen.version()) {
                    assertThat(change.version()).isEqualTo(++version);
                    String user = change.member().user().value();
                    assertThat(change.joined() ? there.add(user) : there.remove(user))
                            .as("%s changes what the list says", change)
                            .isTrue();
                }
            }
            assertThat(there).containsExactly("Cat", "zoe");
            assertThat(Await.value(presence.members(room)).version()).isEqualTo(version);
        }
    }

    /** Somebody whose connection breaks and comes back was there all the time. */
    @Test
    void p7_whoComesBackWithinTheGraceNeverLeft() throws Exception {
        Presence presence = open(time, GRACE);
        List<Change> heard = new CopyOnWriteArrayList<>();
        try (Presence.Watch watch = presence.watch(room, heard::add)) {
            enter(presence, ANN, "1");
            for (int i = 1; i < 5; i++) {
                leave(presence, "" + i);
                time.advance(ALMOST);
                assertThat(members(presence)).containsExactly(ANN);
                enter(presence, ANN, "" + (i + 1));
            }
            leave(presence, "5");
            enter(presence, ANN, "5");
            time.advance(GRACE.multipliedBy(3));
            enter(presence, BOB, "laptop");
            Await.until("the last join is heard", deadline(), () -> told(heard).contains("bob joined"));
        }
        assertThat(told(heard)).containsExactly("ann joined", "bob joined");
    }

    /** Nobody is said to have left before the grace is over, and nobody stays for ever. */
    @Test
    void p7_aLeaveIsToldAfterTheGrace() throws Exception {
        Presence presence = open(time, GRACE);
        List<Change> heard = new CopyOnWriteArrayList<>();
        try (Presence.Watch watch = presence.watch(room, heard::add)) {
            enter(presence, ANN, "phone");
            leave(presence, "phone");
            time.advance(Duration.ofSeconds(3));
            enter(presence, ANN, "laptop");
            time.advance(Duration.ofSeconds(3));
            leave(presence, "laptop");
            time.advance(ALMOST);
            assertThat(members(presence)).containsExactly(ANN);
            assertThat(told(heard)).doesNotContain("ann left");
            time.advance(GRACE);
            Await.until("the leave is heard", deadline(), () -> told(heard).contains("ann left"));
            assertThat(members(presence)).isEmpty();
            enter(presence, ANN, "phone");
            Await.until("the second join is heard", deadline(), () -> heard.size() == 3);
        }
        assertThat(told(heard)).containsExactly("ann joined", "ann left", "ann joined");
    }

    private static List<String> told(List<Change> changes) {
        return changes.stream()
                .map(change -> change.member().user() + (change.joined() ? " joined" : " left"))
                .toList();
    }

    private void enter(Presence presence, Member member, String session) {
        Await.value(presence.enter(room, member, new SessionId(session)));
    }

    private void leave(Presence presence, String session) {
        Await.value(presence.leave(room, new SessionId(session)));
    }

    private List<Member> members(Presence presence) {
        return Await.value(presence.members(room)).members();
    }
}
