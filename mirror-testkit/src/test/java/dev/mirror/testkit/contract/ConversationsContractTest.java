package dev.mirror.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.memory.MemoryBroker;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import dev.mirror.spi.Conversations;
import dev.mirror.spi.Draft;
import dev.mirror.spi.History;
import dev.mirror.spi.HistoryQuery;
import dev.mirror.testkit.time.SeededRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The kit of the conversations must catch these adapters, each of which breaks one promise. */
class ConversationsContractTest {
    private static volatile String current = ""; // the fault; the tests of this class run one after the other

    private static boolean has(String fault) {
        return current.equals(fault);
    }

    @ParameterizedTest
    @CsvSource({
        "lowers marks, m1_marksOnlyGrow",
        "keeps what it received, m1_readImpliesReceived",
        "goes beyond the tail, m1_aMarkBeyondTheTailIsCutToIt",
        "loses a mark, m1_marksAtOnceEndAtTheGreatest",
        "own words are unread, m2_whatAUserSaysThatUserHasRead",
        "reads for both, m2_whatAUserSaysThatUserHasRead",
        "reads at a repetition, m2_aRepetitionMovesNothing",
        "own words are unread, m2_marksMoveInTheStepOfThePublish",
        "oldest first, m3_everyConversationTheNewestFirst",
        "lists everybody's, m3_nothingElseIsListed",
        "hides what is said to oneself, m3_aConversationWithOneselfIsOne",
        "forgets the limit, m3_theLimitKeepsTheNewest",
        "oldest first, m3_theLimitKeepsTheNewest",
        "keeps it to itself that there are more, m3_aListSaysThatThereAreMore",
        "takes any epoch, m4_anotherEpochIsAConflict",
        "makes channels up, m4_aChannelWithoutAPublicationIsNotFound",
        "tells strangers more, m4_aStrangerIsNotAllowed",
        "seen goes back, m5_lastSeenOnlyGrows",
        "forgets at a restart, m5_marksOutliveARestart",
    })
    void theKitCatches(String fault, String rule) {
        current = fault;
        assertThat(BrokerContractTest.failuresOf(selectMethod(Kit.class, rule))).containsExactly(rule);
        current = "";
        assertThat(BrokerContractTest.failuresOf(selectMethod(Kit.class, rule)))
                .as("without the fault")
                .isEmpty();
    }

    static final class Kit extends ConversationsContract {
        @Override
        protected Store open() {
            MemoryBroker broker = new MemoryBroker(InstantSource.system(), SeededRandom.of(1));
            return new Store(kept(broker), new Broken(broker));
        }

        /** Its close ends nothing, so that it can be opened again. */
        private static Broker kept(MemoryBroker broker) {
            return new FaultlessClose(broker);
        }

        @Override
        protected Optional<Store> reopen(Store ended) {
            return Optional.of(has("forgets at a restart") ? open() : ended);
        }
    }

    private record FaultlessClose(MemoryBroker broker) implements Broker {
        @Override
        public CompletionStage<Receipt> publish(Draft draft) {
            return broker.publish(draft).thenApply(receipt -> {
                if (has("reads at a repetition") && receipt.duplicate()) {
                    Conversations.Mark tail =
                            new Conversations.Mark(receipt.position().epoch(), 1_000, 1_000);
                    broker.conversations().mark(draft.entry().publisher(), draft.channel(), tail);
                }
                return receipt;
            });
        }

        @Override
        public CompletionStage<Subscription> subscribe(
                ChannelName channel, @Nullable Position after, Consumer<Publication> listener) {
            return broker.subscribe(channel, after, listener);
        }

        @Override
        public CompletionStage<History> history(HistoryQuery query) {
            return broker.history(query);
        }

        @Override
        public Guarantees guarantees() {
            return broker.guarantees();
        }

        @Override
        public void close() {}
    }

    private static final class Broken implements Conversations {
        private final Conversations sound;
        private final Map<UserId, Instant> seen = new HashMap<>(); // guarded by this

        Broken(MemoryBroker broker) {
            this.sound = broker.conversations();
        }

        @Override
        public synchronized CompletionStage<Mark> mark(UserId user, ChannelName channel, Mark mark) {
            if (has("loses a mark") && mark.received() == 100) {
                return CompletableFuture.completedFuture(mark);
            }
            return sound.mark(user, channel, mark)
                    .thenApply(merged -> altered(mark, merged))
                    .exceptionallyCompose(failure -> refused(failure, mark));
        }

        private static Mark altered(Mark asked, Mark merged) {
            if (has("lowers marks") || has("goes beyond the tail")) {
                return asked;
            }
            if (has("keeps what it received")) {
                return new Mark(merged.epoch(), Math.min(merged.received(), 2), Math.min(merged.read(), 2));
            }
            return merged;
        }

        private static CompletionStage<Mark> refused(Throwable failure, Mark asked) {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            ErrorCode code = ((MirrorException) cause).code();
            if ((has("takes any epoch") && code == ErrorCode.CONFLICT)
                    || (has("makes channels up") && code == ErrorCode.NOT_FOUND)) {
                return CompletableFuture.completedFuture(asked);
            }
            if (has("tells strangers more") && code == ErrorCode.NOT_ALLOWED) {
                return CompletableFuture.failedFuture(new MirrorException(ErrorCode.NOT_FOUND, "no such thing"));
            }
            return CompletableFuture.failedFuture(failure);
        }

        @Override
        public synchronized CompletionStage<Listed> of(UserId user, int limit) {
            UserId asked = has("lists everybody's") ? new UserId("cat") : user;
            return sound.of(asked, has("forgets the limit") || has("oldest first") ? MAX_LISTED : limit)
                    .thenApply(listed -> {
                        List<Conversation> all = new ArrayList<>(listed.conversations());
                        if (has("oldest first")) {
                            Collections.reverse(all);
                            all.subList(Math.min(limit, all.size()), all.size()).clear();
                        }
                        if (has("hides what is said to oneself")) {
                            all.removeIf(each -> each.channel()
                                    .sender()
                                    .equals(each.channel().receiver()));
                        }
                        all.replaceAll(this::altered);
                        return new Listed(all, listed.more() && !has("keeps it to itself that there are more"));
                    });
        }

        private synchronized Conversation altered(Conversation each) {
            Mark mine = has("own words are unread") ? new Mark(each.mine().epoch(), 0, 0) : each.mine();
            UserId peer = new UserId("bob");
            return new Conversation(
                    each.channel(),
                    each.tail(),
                    each.timetoken(),
                    mine,
                    has("reads for both") ? mine : each.theirs(),
                    has("seen goes back") ? seen.get(peer) : each.theirsSeen());
        }

        @Override
        public synchronized CompletionStage<Void> seen(UserId user, Instant when) {
            seen.put(user, when);
            return sound.seen(user, when);
        }
    }
}
