package dev.mirror.gateway.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.channel.ChannelName;
import dev.mirror.gateway.GatewayFixture;
import dev.mirror.gateway.keyset.ChannelNames;
import dev.mirror.gateway.keyset.Keyset;
import dev.mirror.gateway.keyset.PresenceSettings;
import dev.mirror.gateway.stream.Envelope;
import dev.mirror.identity.SessionId;
import dev.mirror.identity.UserId;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.spi.Presence;
import dev.mirror.testkit.time.Await;
import dev.mirror.testkit.time.VirtualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What is told over a presence, or an outlet, that fails. */
class CrierTest {
    private static final Keyset KEYS = Keyset.open("pub", "keys");
    private static final ChannelName CHANNEL = ChannelNames.own(KEYS, "ch");

    private final VirtualTime time = new VirtualTime();
    private final ToldPresence presence = new ToldPresence();

    /** Tells of whoever the test says. */
    private static final class ToldPresence implements Presence {
        private final List<Consumer<Change>> watching = new ArrayList<>();
        private boolean broken;
        private long version;

        void joins(String name) {
            version++;
            Change change = new Change(new Member(new UserId(name), name), true, version);
            List.copyOf(watching).forEach(each -> each.accept(change));
        }

        @Override
        public CompletionStage<Void> enter(ChannelName channel, Member member, SessionId session) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Void> leave(ChannelName channel, SessionId session) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Members> members(ChannelName channel) {
            return broken
                    ? CompletableFuture.failedFuture(new MirrorException(ErrorCode.STORE_UNAVAILABLE, "on purpose"))
                    : CompletableFuture.completedFuture(new Members(version, List.of()));
        }

        @Override
        public Watch watch(ChannelName channel, Consumer<Change> listener) {
            watching.add(listener);
            return () -> watching.remove(listener);
        }
    }

    private Crier begun(Consumer<Envelope> outlet) {
        Crier crier = new Crier(CHANNEL, PresenceSettings.STANDARD, time, outlet);
        assertThat(Await.value(crier.begin(presence))).isTrue();
        return crier;
    }

    @Test
    void whatTheOutletDoesNotTakeHoldsUpNothing() {
        List<String> told = new ArrayList<>();
        Crier crier = begun(said -> {
            if (said.payload().contains("ann")) {
                throw new IllegalStateException("on purpose");
            }
            told.add(said.payload());
        });
        presence.joins("ann");
        presence.joins("bob");
        assertThat(told)
                .hasSize(1)
                .first()
                .asString()
                .contains("\"uuid\":\"bob\"")
                .contains("\"occupancy\":2");
        crier.close();
    }

    /** However much happens while one thing is told. */
    @Test
    void whatWaitsForTheOutletIsBounded() {
        List<String> told = new ArrayList<>();
        List<Crier> self = new ArrayList<>();
        self.add(begun(said -> {
            told.add(said.payload());
            for (int i = 0; told.size() == 1 && i < 1_500; i++) {
                self.get(0).state(new Presence.Member(new UserId("ann"), "ann"), "{\"n\":" + i + '}');
            }
        }));
        presence.joins("ann");
        assertThat(told).hasSize(1_001);
        assertThat(told.get(1_000)).contains("{\"n\":999}");
        presence.joins("bob");
        assertThat(told.get(1_001)).contains("\"uuid\":\"bob\"");
    }

    /** Counted as nobody it would tell of one user where there are many. */
    @Test
    void whoeverListensNextBeginsAnewWhereNobodyKnewWhoIsThere() {
        Announcements announcements = new Announcements(
                channel -> presence, new GatewayFixture(KEYS).gateway().stream(), time, PresenceLimits.STANDARD);
        String topic = ChannelNames.canonical(CHANNEL) + ChannelNames.PRESENCE;
        presence.broken = true;
        Await.value(announcements.observe(KEYS, topic));
        assertThat(presence.watching).isEmpty();
        presence.broken = false;
        Await.value(announcements.observe(KEYS, topic));
        assertThat(presence.watching).hasSize(1);
        Await.value(announcements.observe(KEYS, topic));
        assertThat(presence.watching).hasSize(1);
        announcements.close();
        assertThat(presence.watching).isEmpty();
    }
}
