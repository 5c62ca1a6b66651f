package dev.mirror.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import dev.mirror.channel.ChannelName;
import dev.mirror.identity.Credentials;
import dev.mirror.identity.Principal;
import dev.mirror.identity.SessionId;
import dev.mirror.identity.UserId;
import dev.mirror.memory.MemoryPresence;
import dev.mirror.memory.MemoryRelayStore;
import dev.mirror.message.CloseReason;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.Frame;
import dev.mirror.message.MirrorException;
import dev.mirror.spi.Authenticator;
import dev.mirror.spi.Connection;
import dev.mirror.spi.Presence;
import dev.mirror.spi.RelayStore;
import dev.mirror.spi.Scheduler;
import dev.mirror.testkit.fake.RecordingConnection;
import dev.mirror.testkit.fake.StaticAuthenticator;
import dev.mirror.testkit.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The kits of the smaller ports must catch these adapters, each of which breaks one promise. */
class OtherContractsTest {
    private static final Duration LITTLE_PATIENCE = Duration.ofMillis(100);

    private static volatile String current = ""; // the fault; the tests of this class run one after the other

    private static boolean has(String fault) {
        return current.equals(fault);
    }

    private static void kitCatches(String fault, Class<?> kit, String rule) {
        current = fault;
        assertThat(BrokerContractTest.failuresOf(selectMethod(kit, rule))).containsExactly(rule);
        current = "";
        assertThat(BrokerContractTest.failuresOf(selectMethod(kit, rule)))
                .as("without the fault")
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "leaves at the first leave, p1_aUserIsThereFromTheFirstEnterToTheLastLeave",
        "one channel for all, p1_channelsAreIndependent",
        "counts an enter twice, p2_enterAndLeaveAreIdempotentForEachSession",
        "tells of devices, p3_aWatcherHearsEachJoinAndLeaveOnce",
        "tells after close, p3_aClosedWatcherHearsNothing",
        "loses a leave, p3_changesOfManyAtOnceAddUp",
        "unsorted, p4_membersAreSortedById",
        "ends at a fault, p5_aWatcherThatThrowsSpoilsNothing",
        "skips a version, p6_versionsCountByOne",
        "lists an old version, p6_theListAndTheChangesChain",
        "has no grace, p7_whoComesBackWithinTheGraceNeverLeft",
        "has no grace, p7_aLeaveIsToldAfterTheGrace",
        "forgets who came back, p7_whoComesBackWithinTheGraceNeverLeft",
        "never lets go, p7_aLeaveIsToldAfterTheGrace",
    })
    void thePresenceKitCatches(String fault, String rule) {
        kitCatches(fault, PresenceKit.class, rule);
    }

    static final class PresenceKit extends PresenceContract {
        @Override
        protected Presence open(Scheduler scheduler, Duration grace) {
            if (has("has no grace")) {
                return new BrokenPresence(scheduler, Duration.ZERO);
            }
            return new BrokenPresence(scheduler, has("never lets go") ? Duration.ofDays(1) : grace);
        }

        @Override
        protected Duration deadline() {
            return current.isEmpty() ? super.deadline() : LITTLE_PATIENCE;
        }
    }

    private static final class BrokenPresence implements Presence {
        private final Presence sound;
        private final Scheduler scheduler;
        private final Duration grace;
        private final Map<SessionId, Member> entered = new ConcurrentHashMap<>();
        private final AtomicLong version = new AtomicLong();
        private int enters; // guarded by this

        BrokenPresence(Scheduler scheduler, Duration grace) {
            boolean naive = has("forgets who came back");
            this.scheduler = scheduler;
            this.grace = naive ? grace : Duration.ZERO;
            this.sound = new MemoryPresence(scheduler, naive ? Duration.ZERO : grace);
        }

        private static ChannelName place(ChannelName channel) {
            return has("one channel for all") ? ChannelName.room("all") : channel;
        }

        @Override
        public CompletionStage<Void> enter(ChannelName channel, Member member, SessionId session) {
            entered.put(session, member);
            SessionId known = session;
            if (has("leaves at the first leave")) {
                known = new SessionId(member.user().value());
            } else if (has("counts an enter twice")) {
                known = new SessionId(session.value() + nextEnter());
            }
            return sound.enter(place(channel), asDevice(member, session), known);
        }

        private synchronized int nextEnter() {
            return ++enters;
        }

        private long counted() {
            return version.addAndGet(2);
        }

        private static Member asDevice(Member member, SessionId session) {
            return has("tells of devices")
                    ? new Member(new UserId(member.user().value() + '-' + session), member.name())
                    : member;
        }

        @Override
        public CompletionStage<Void> leave(ChannelName channel, SessionId session) {
            Member member = entered.get(session);
            boolean byUser = has("leaves at the first leave") && member != null;
            SessionId known = byUser ? new SessionId(member.user().value()) : session;
            if (!grace.isZero()) {
                scheduler.schedule(grace, () -> sound.leave(place(channel), known));
                return CompletableFuture.completedFuture(null);
            }
            return sound.leave(place(channel), known);
        }

        @Override
        public CompletionStage<Members> members(ChannelName channel) {
            return sound.members(place(channel)).thenApply(members -> {
                List<Member> list = new ArrayList<>(members.members());
                if (has("unsorted")) {
                    Collections.reverse(list);
                }
                return new Members(members.version() - (has("lists an old version") ? 1 : 0), list);
            });
        }

        @Override
        public Watch watch(ChannelName channel, Consumer<Change> listener) {
            boolean[] ended = new boolean[1];
            Watch watch = sound.watch(place(channel), change -> {
                if (ended[0] || (has("loses a leave") && !change.joined())) {
                    return;
                }
                ended[0] = has("ends at a fault");
                listener.accept(
                        has("skips a version") ? new Change(change.member(), change.joined(), counted()) : change);
                ended[0] = false;
            });
            return has("tells after close") ? () -> {} : watch;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "keeps what was taken, r1_whatWasKeptIsTakenOnce",
        "last first, r2_requestsAreTakenInTheOrderInWhichTheyWereKept",
        "keeps twice, r3_theSameSpellingWaitsOnce",
        "keeps one spelling, r3_theSameSpellingWaitsOnce",
        "drops silently, r4_atMostAThousandWaitForOneReceiver",
        "one receiver for all, r5_receiversAreApart",
    })
    void theRelayKitCatches(String fault, String rule) {
        kitCatches(fault, RelayKit.class, rule);
    }

    static final class RelayKit extends RelayStoreContract {
        @Override
        protected RelayStore open() {
            return new BrokenRelayStore();
        }
    }

    private static final class BrokenRelayStore implements RelayStore {
        private final RelayStore sound = new MemoryRelayStore();
        private int kept; // guarded by this

        private static UserId receiver(UserId receiver) {
            return has("one receiver for all") ? new UserId("all") : receiver;
        }

        @Override
        public synchronized CompletionStage<Void> keep(UserId receiver, String channel) {
            String spelling = channel;
            if (has("keeps twice")) {
                spelling = channel + ++kept;
            } else if (has("keeps one spelling")) {
                spelling = channel.toLowerCase(Locale.ROOT);
            }
            CompletionStage<Void> answer = sound.keep(receiver(receiver), spelling);
            return has("drops silently") ? answer.exceptionally(refusal -> null) : answer;
        }

        @Override
        public synchronized CompletionStage<List<String>> take(UserId receiver) {
            return sound.take(receiver(receiver)).thenApply(taken -> {
                List<String> list = new ArrayList<>(taken);
                if (has("last first")) {
                    Collections.reverse(list);
                }
                if (has("keeps what was taken")) {
                    taken.forEach(channel -> sound.keep(receiver(receiver), channel));
                }
                return list;
            });
        }
    }

    @ParameterizedTest
    @CsvSource({
        "one user for all, a1_aLiveTokenYieldsItsPrincipal",
        "lets anybody in, a1_nothingProvesNothing",
        "lets anybody in, a1_aTokenThatIsNotOursProvesNothing",
        "looks at the beginning only, a1_aTokenThatIsNotOursProvesNothing",
        "knows no time, a1_anExpiredTokenProvesNothing",
        "calls all failures one, a1_anExpiredTokenProvesNothing",
        "ends all log-ins, a1_aRevokedTokenProvesNothing",
        "forgets nothing, a1_aRevokedTokenProvesNothing",
        "takes any password, a1_aPasswordProvesItsAccountOnly",
        "new user every time, a2_anAccountIsTheSameUserEveryTime",
        "tells the secret, a3_noSecretShows",
        "everybody exists, a4_whoeverWasAuthenticatedExists",
    })
    void theAuthenticatorKitCatches(String fault, String rule) {
        kitCatches(fault, AuthenticatorKit.class, rule);
    }

    static final class AuthenticatorKit extends StaticAuthenticatorTest {
        @Override
        protected Authenticator open() {
            return new BrokenAuthenticator(super.open());
        }

        @Override
        protected boolean logOut(Credentials.Token token) {
            return has("forgets nothing") || super.logOut(token);
        }

        @Override
        protected boolean expire(Credentials.Token token) {
            return has("knows no time") || super.expire(token);
        }
    }

    private static final class BrokenAuthenticator implements Authenticator {
        private final Authenticator sound;
        private final StaticAuthenticator other = new StaticAuthenticator(new VirtualTime());
        private int users; // only the test's thread
        private boolean ended; // only the test's thread

        BrokenAuthenticator(Authenticator sound) {
            this.sound = sound;
        }

        @Override
        public CompletionStage<Principal> authenticate(Credentials credentials) {
            Credentials shown = credentials;
            if (has("looks at the beginning only") && credentials instanceof Credentials.Token token) {
                int length = Math.min(token.token().length(), "token-ann-1".length());
                shown = new Credentials.Token(token.token().substring(0, length));
            } else if (has("takes any password") && credentials instanceof Credentials.Password) {
                shown = new Credentials.Password("ann", "correct horse");
            }
            return sound.authenticate(shown)
                    .thenCompose(this::changed)
                    .exceptionallyCompose(failure -> failed(failure, credentials));
        }

        private CompletionStage<Principal> changed(Principal principal) {
            if (has("one user for all") || has("new user every time")) {
                String id = has("one user for all") ? "all" : "user-" + ++users;
                return other.authenticate(new Credentials.Token(other.token(id)));
            }
            if (has("ends all log-ins") && ended) {
                return CompletableFuture.failedFuture(new MirrorException(ErrorCode.AUTH_REVOKED, "ended"));
            }
            return CompletableFuture.completedFuture(principal);
        }

        private CompletionStage<Principal> failed(Throwable failure, Credentials credentials) {
            ended = true;
            if (has("lets anybody in")) {
                return other.authenticate(new Credentials.Token(other.token("anybody")));
            }
            if (has("calls all failures one")) {
                return CompletableFuture.failedFuture(new MirrorException(ErrorCode.AUTH_REQUIRED, "no"));
            }
            if (has("tells the secret") && credentials instanceof Credentials.Token token) {
                return CompletableFuture.failedFuture(
                        new MirrorException(ErrorCode.AUTH_REQUIRED, "not a token: " + token.token()));
            }
            return CompletableFuture.failedFuture(failure);
        }

        @Override
        public CompletionStage<Boolean> exists(UserId user) {
            return has("everybody exists") ? CompletableFuture.completedFuture(true) : sound.exists(user);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "turns two round, c1_framesArriveInOrder",
        "spoils frames, c1_aFrameCanBeSentTwice",
        "has no bound, c2_aFullOutboxRefuses",
        "counts nothing, c2_aFullOutboxRefuses",
        "takes frames after the end, c2_anEndedConnectionRefuses",
        "drops the last, c3_whatWasAcceptedArrivesBeforeTheReason",
        "takes the last reason, c3_aSecondCloseChangesNothing",
        "tells the end twice, c4_theSessionHearsOfItsOwnCloseOnce",
        "tells the end twice, c4_theSessionHearsOfAPeerThatGoesOnce",
    })
    void theConnectionKitCatches(String fault, String rule) {
        kitCatches(fault, ConnectionKit.class, rule);
    }

    static final class ConnectionKit extends ConnectionContract {
        @Override
        protected Wire open() {
            return new BrokenWire();
        }

        @Override
        protected Duration deadline() {
            return current.isEmpty() ? super.deadline() : LITTLE_PATIENCE;
        }
    }

    /** Both ends of a recording connection, with a fault between them. */
    private static final class BrokenWire implements ConnectionContract.Wire, Connection {
        private final RecordingConnection recording = new RecordingConnection();
        private final RecordingConnectionTest.RecordingWire sound =
                new RecordingConnectionTest.RecordingWire(recording);
        private CloseReason last = CloseReason.NORMAL; // only the test's thread

        @Override
        public boolean send(Frame frame) {
            String text = frame.toString();
            if (has("turns two round") && text.startsWith("7-")) {
                recording.send(Frame.of("8-"));
            }
            if (has("drops the last") && text.equals("m-49")) {
                return true;
            }
            boolean sent = recording.send(frame);
            if (has("spoils frames")) {
                frame.bytes()[0] = 'x';
            }
            return sent || has("has no bound") || has("takes frames after the end");
        }

        @Override
        public long queuedBytes() {
            return has("counts nothing") ? 0 : recording.queuedBytes();
        }

        @Override
        public void close(CloseReason reason) {
            last = reason;
            recording.close(reason);
        }

        @Override
        public void onLane(Runnable task) {
            task.run();
        }

        @Override
        public Connection connection() {
            return this;
        }

        @Override
        public int ends() {
            return sound.ends() * (has("tells the end twice") ? 2 : 1);
        }

        @Override
        public ConnectionContract.Peer peer() {
            return has("takes the last reason") ? new LastReason(sound, last) : sound;
        }

        @Override
        public void close() {
            sound.close();
        }
    }

    private record LastReason(ConnectionContract.Peer sound, CloseReason last) implements ConnectionContract.Peer {
        @Override
        public List<String> frames() {
            return sound.frames();
        }

        @Override
        public int closeCode() {
            return last.code();
        }

        @Override
        public boolean stall() {
            return sound.stall();
        }

        @Override
        public void resume() {
            sound.resume();
        }

        @Override
        public void vanish() {
            sound.vanish();
        }
    }
}
