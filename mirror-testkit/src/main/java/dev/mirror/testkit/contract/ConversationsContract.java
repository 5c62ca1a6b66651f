package dev.mirror.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker;
import dev.mirror.spi.Conversations;
import dev.mirror.spi.Conversations.Conversation;
import dev.mirror.spi.Conversations.Mark;
import dev.mirror.spi.Draft;
import dev.mirror.testkit.time.Await;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The contract of {@link Conversations}, rules M1 to M5, as tests. A subclass hands in the adapter together with the
 * broker of the same store, empty for each test; the kit closes the broker.
 */
public abstract class ConversationsContract {
    private static final UserId ANN = new UserId("ann");
    private static final UserId BOB = new UserId("bob");
    private static final UserId CAT = new UserId("cat");
    private static final ChannelName ANN_BOB = ChannelName.direct(ANN, BOB);
    private static final ChannelName BOB_ANN = ChannelName.direct(BOB, ANN);

    private final List<Store> opened = new ArrayList<>(); // only the test's thread
    private Store store; // set before each test
    private int ids; // only the test's thread

    /**
     * One store, as a broker and as the conversations on its channels.
     *
     * @param broker closed by the kit
     */
    protected record Store(Broker broker, Conversations conversations) {
        /** For kits in other packages. */
        public Store {}
    }

    /** Opens an empty store; the users {@code ann}, {@code bob} and {@code cat} exist where that matters. */
    protected abstract Store open() throws Exception;

    /** Opens the store of a closed broker again, as after a restart; empty if the adapter keeps nothing. */
    protected Optional<Store> reopen(Store ended) throws Exception {
        return Optional.empty();
    }

    @BeforeEach
    void openStore() throws Exception {
        store = owned(open());
    }

    @AfterEach
    void closeStores() {
        opened.forEach(each -> each.broker().close());
    }

    private Store owned(Store other) {
        opened.add(other);
        return other;
    }

    /** A mark that is lower than the one known changes nothing, and each of the two grows for itself. */
    @Test
    void m1_marksOnlyGrow() {
        String epoch = say(ANN, ANN_BOB, 10).epoch();
        assertThat(mark(BOB, epoch, 4, 2)).isEqualTo(new Mark(epoch, 4, 2));
        assertThat(mark(BOB, epoch, 3, 1)).isEqualTo(new Mark(epoch, 4, 2));
        assertThat(mark(BOB, epoch, 6, 0)).isEqualTo(new Mark(epoch, 6, 2));
        assertThat(mark(BOB, epoch, 0, 5)).isEqualTo(new Mark(epoch, 6, 5));
        assertThat(mark(BOB, epoch, 0, 0)).isEqualTo(new Mark(epoch, 6, 5));
        assertThat(only(BOB).mine()).isEqualTo(new Mark(epoch, 6, 5));
        assertThat(only(ANN).theirs()).isEqualTo(new Mark(epoch, 6, 5));
    }

    /** What was read was received. */
    @Test
    void m1_readImpliesReceived() {
        String epoch = say(ANN, ANN_BOB, 10).epoch();
        mark(BOB, epoch, 2, 0);
        assertThat(mark(BOB, epoch, 0, 7)).isEqualTo(new Mark(epoch, 7, 7));
    }

    /** Nobody has read what was not said yet; what is said later counts as unread. */
    @Test
    void m1_aMarkBeyondTheTailIsCutToIt() {
        String epoch = say(ANN, ANN_BOB, 3).epoch();
        assertThat(mark(BOB, epoch, 1_000, 500)).isEqualTo(new Mark(epoch, 3, 3));
        say(ANN, ANN_BOB, 2);
        assertThat(only(BOB).mine()).isEqualTo(new Mark(epoch, 3, 3));
        assertThat(only(BOB).tail().offset()).isEqualTo(5);
    }

    /** Devices that mark at the same moment end at the greatest. */
    @Test
    void m1_marksAtOnceEndAtTheGreatest() {
        String epoch = say(ANN, ANN_BOB, 100).epoch();
        new Crowd(4, thread -> {
                    for (int i = 1; i <= 25; i++) {
                        long offset = i * 4L - thread;
                        Mark merged = Await.value(
                                store.conversations().mark(BOB, BOB_ANN, new Mark(epoch, offset, offset - 1)));
                        assertThat(merged.received()).isGreaterThanOrEqualTo(offset);
                    }
                })
                .close();
        assertThat(only(BOB).mine()).isEqualTo(new Mark(epoch, 100, 99));
    }

    /** What a user says, that user has read; the other one has not. */
    @Test
    void m2_whatAUserSaysThatUserHasRead() {
        String epoch = say(ANN, ANN_BOB, 3).epoch();
        assertThat(only(ANN).mine()).isEqualTo(new Mark(epoch, 3, 3));
        assertThat(only(ANN).theirs()).isEqualTo(new Mark(epoch, 0, 0));
        assertThat(only(BOB).mine()).isEqualTo(new Mark(epoch, 0, 0));
        say(BOB, BOB_ANN, 1);
        assertThat(only(BOB).mine()).isEqualTo(new Mark(epoch, 4, 4));
        assertThat(only(BOB).theirs()).isEqualTo(new Mark(epoch, 3, 3));
    }

    /** A repetition publishes nothing, so it reads nothing either. */
    @Test
    void m2_aRepetitionMovesNothing() {
        Draft first = draft(ANN, ANN_BOB);
        String epoch = Await.value(store.broker().publish(first)).position().epoch();
        say(BOB, ANN_BOB, 2);
        assertThat(Await.value(store.broker().publish(first)).duplicate()).isTrue();
        assertThat(only(ANN).mine()).isEqualTo(new Mark(epoch, 1, 1));
    }

    /** Who hears of a publication finds its publisher's marks moved already. */
    @Test
    void m2_marksMoveInTheStepOfThePublish() {
        List<String> wrong = new CopyOnWriteArrayList<>();
        List<Publication> heard = new CopyOnWriteArrayList<>();
        try (Broker.Subscription subscription = Await.value(store.broker().subscribe(ANN_BOB, null, publication -> {
            long offset = publication.position().offset();
            list(ANN, 10).stream()
                    .filter(each -> each.mine().read() < offset)
                    .forEach(each -> wrong.add(each + " at " + offset));
            heard.add(publication);
        }))) {
            say(ANN, ANN_BOB, 20);
            Await.until("all are heard", Await.DEADLINE, () -> heard.size() == 20);
        }
        assertThat(wrong).isEmpty();
    }

    /** Each conversation once, whatever the spelling, the one with the newest publication first. */
    @Test
    void m3_everyConversationTheNewestFirst() {
        Position first = say(ANN, ANN_BOB, 2);
        Position second = say(CAT, ChannelName.direct(CAT, ANN), 1);
        List<Conversation> listed = list(ANN, 10);
        assertThat(listed).extracting(Conversation::channel).containsExactly(ChannelName.direct(ANN, CAT), ANN_BOB);
        assertThat(listed).extracting(Conversation::tail).containsExactly(second, first);
        Broker.Receipt last = Await.value(store.broker().publish(draft(BOB, BOB_ANN)));
        listed = list(ANN, 10);
        assertThat(listed).extracting(Conversation::channel).containsExactly(ANN_BOB, ChannelName.direct(ANN, CAT));
        assertThat(listed.get(0).tail()).isEqualTo(last.position());
        assertThat(listed.get(0).timetoken()).isEqualTo(last.timetoken());
        assertThat(list(BOB, 10)).extracting(Conversation::channel).containsExactly(ANN_BOB);
    }

    /** Only the two learn that a conversation exists; what is no conversation is not listed. */
    @Test
    void m3_nothingElseIsListed() {
        assertThat(list(ANN, 10)).isEmpty();
        say(BOB, ChannelName.direct(BOB, CAT), 1);
        publish(new Draft(
                ChannelName.room("lobby"), List.of(), draft(ANN, ANN_BOB).entry()));
        assertThat(list(ANN, 10)).isEmpty();
        assertThat(list(CAT, 10)).hasSize(1);
    }

    /** With oneself there is one conversation, and nothing unread in it. */
    @Test
    void m3_aConversationWithOneselfIsOne() {
        ChannelName own = ChannelName.direct(ANN, ANN);
        String epoch = say(ANN, own, 2).epoch();
        assertThat(only(ANN).channel()).isEqualTo(own);
        assertThat(only(ANN).mine())
                .isEqualTo(new Mark(epoch, 2, 2))
                .isEqualTo(only(ANN).theirs());
    }

    /** Of more than the limit the newest are listed. */
    @Test
    void m3_theLimitKeepsTheNewest() {
        List<ChannelName> channels = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            ChannelName channel = ChannelName.direct(ANN, new UserId("peer-" + i));
            channels.add(0, channel);
            say(ANN, channel, 1);
        }
        assertThat(list(ANN, 3)).extracting(Conversation::channel).containsExactlyElementsOf(channels.subList(0, 3));
        assertThat(list(ANN, Conversations.MAX_LISTED)).hasSize(8);
    }

    /** Who is told of some hears that there are others. */
    @Test
    void m3_aListSaysThatThereAreMore() {
        for (int i = 0; i < 3; i++) {
            say(ANN, ChannelName.direct(ANN, new UserId("peer-" + i)), 1);
        }
        assertThat(Await.value(store.conversations().of(ANN, 2)).more()).isTrue();
        assertThat(Await.value(store.conversations().of(ANN, 3)).more()).isFalse();
        assertThat(Await.value(store.conversations().of(BOB, 1)).more()).isFalse();
    }

    /** An offset of another life of the log is another place. */
    @Test
    void m4_anotherEpochIsAConflict() {
        String epoch = say(ANN, ANN_BOB, 3).epoch();
        assertThat(refusal(BOB, ANN_BOB, "another-epoch")).isEqualTo(ErrorCode.CONFLICT);
        assertThat(only(BOB).mine()).isEqualTo(new Mark(epoch, 0, 0));
    }

    /** Where nothing was said there is nothing to mark. */
    @Test
    void m4_aChannelWithoutAPublicationIsNotFound() {
        assertThat(refusal(BOB, ANN_BOB, "any-epoch")).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(list(BOB, 10)).isEmpty();
    }

    /** Who is not one of the two hears the same, whether or not anything was said; only direct channels have marks. */
    @Test
    void m4_aStrangerIsNotAllowed() {
        assertThat(refusal(CAT, ANN_BOB, "any-epoch")).isEqualTo(ErrorCode.NOT_ALLOWED);
        String epoch = say(ANN, ANN_BOB, 3).epoch();
        for (ChannelName channel : List.of(ANN_BOB, ChannelName.room("lobby"), ChannelName.inbox(ANN))) {
            assertThat(refusal(CAT, channel, epoch)).isEqualTo(ErrorCode.NOT_ALLOWED);
        }
        assertThat(refusal(ANN, ChannelName.inbox(ANN), epoch)).isEqualTo(ErrorCode.NOT_ALLOWED);
        assertThat(list(CAT, 10)).isEmpty();
    }

    /** When somebody was last there is known to those who talk with them, and never goes back. */
    @Test
    void m5_lastSeenOnlyGrows() {
        say(ANN, ANN_BOB, 1);
        assertThat(only(ANN).theirsSeen()).isNull();
        Instant noon = Instant.parse("2026-03-01T12:00:00Z");
        Await.value(store.conversations().seen(BOB, noon));
        assertThat(only(ANN).theirsSeen()).isEqualTo(noon);
        Await.value(store.conversations().seen(BOB, noon.minusSeconds(60)));
        assertThat(only(ANN).theirsSeen()).isEqualTo(noon);
        Await.value(store.conversations().seen(BOB, noon.plusSeconds(60)));
        assertThat(only(ANN).theirsSeen()).isEqualTo(noon.plusSeconds(60));
        assertThat(only(BOB).theirsSeen()).isNull();
    }

    /** Marks survive what publications survive. */
    @Test
    void m5_marksOutliveARestart() throws Exception {
        String epoch = say(ANN, ANN_BOB, 5).epoch();
        mark(BOB, epoch, 4, 3);
        Instant noon = Instant.parse("2026-03-01T12:00:00Z");
        Await.value(store.conversations().seen(ANN, noon));
        Conversation before = only(BOB);
        store.broker().close();
        Optional<Store> reopened = reopen(store);
        assumeTrue(reopened.isPresent(), "skipped: the adapter keeps nothing beyond its process");
        store = owned(reopened.get());
        assertThat(only(BOB)).isEqualTo(before);
        assertThat(before.mine()).isEqualTo(new Mark(epoch, 4, 3));
        assertThat(before.theirsSeen()).isEqualTo(noon);
        say(ANN, ANN_BOB, 1);
        assertThat(only(ANN).mine()).isEqualTo(new Mark(epoch, 6, 6));
    }

    private Draft draft(UserId publisher, ChannelName channel) {
        List<ChannelName> inboxes = channel.sender().equals(channel.receiver())
                ? List.of(ChannelName.inbox(channel.sender()))
                : List.of(ChannelName.inbox(channel.sender()), ChannelName.inbox(channel.receiver()));
        return new Draft(channel, inboxes, new Publication.Entry(publisher, "m-" + ++ids, "{\"value\":\"hi\"}"));
    }

    private Position publish(Draft draft) {
        return Await.value(store.broker().publish(draft)).position();
    }

    /** Publishes so many; the position of the last. */
    private Position say(UserId publisher, ChannelName channel, int count) {
        Position last = new Position("none", 0);
        for (int i = 0; i < count; i++) {
            last = publish(draft(publisher, channel));
        }
        return last;
    }

    private Mark mark(UserId user, String epoch, long received, long read) {
        return Await.value(store.conversations().mark(user, ANN_BOB, new Mark(epoch, received, read)));
    }

    private ErrorCode refusal(UserId user, ChannelName channel, String epoch) {
        return Await.failure(store.conversations().mark(user, channel, new Mark(epoch, 1, 1)))
                .code();
    }

    private List<Conversation> list(UserId user, int limit) {
        return Await.value(store.conversations().of(user, limit)).conversations();
    }

    private Conversation only(UserId user) {
        List<Conversation> listed = list(user, 10);
        assertThat(listed).hasSize(1);
        return listed.get(0);
    }
}
