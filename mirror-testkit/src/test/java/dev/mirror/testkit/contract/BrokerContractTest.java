package dev.mirror.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import dev.mirror.memory.MemoryBroker;
import dev.mirror.spi.Broker;
import dev.mirror.testkit.contract.BrokenBroker.Fault;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** The kit must catch each of these; a kit that a broken broker passes proves nothing. */
class BrokerContractTest {
    private static volatile Fault current = Fault.NONE; // the tests of this class run one after the other

    /** The kit on the broker with the current fault, with little patience: what it waits for will never come. */
    static final class Kit extends BrokerContract {
        @Override
        protected Broker open() {
            return new BrokenBroker(current, new MemoryBroker.Limits(1_000, 1 << 26, 1 << 10));
        }

        @Override
        protected Optional<Broker> openKeeping(int publicationsPerChannel) {
            return Optional.of(
                    new BrokenBroker(current, new MemoryBroker.Limits(publicationsPerChannel, 1 << 26, 1 << 10)));
        }

        @Override
        protected Duration deadline() {
            return current == Fault.NONE ? super.deadline() : Duration.ofMillis(100);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ANSWERS_BEFORE_IT_STORED, b1_theLogHasWhatWasAnswered",
        "CUTS_BODIES, b1_theLogHasExactlyWhatWasSaid",
        "SKIPS_AN_OFFSET, b2_contiguousOffsetsCountFromOneInEachLog",
        "SWAPS_TWO, b3_deliversInPositionOrder",
        "CALLS_SEVERAL_AT_A_TIME, b3_allObserversOfManyPublishersAgree",
        "DROPS_ONE, b4_fromAPositionComesEverythingAfterIt",
        "DOUBLES_ON_RESUME, b4_aReaderThatComesBackMissesNothing",
        "DOUBLES_ON_RESUME, b4_fromAPositionComesEverythingAfterIt",
        "LEAVES_A_HOLE_AT_THE_SEAM, b4_noHoleBetweenKeptAndLiveAtFullSpeed",
        "LIES_THAT_IT_RECOVERED, b4_whatWasForgottenIsAdmitted",
        "LIES_THAT_IT_RECOVERED, b8_whatWasForgottenIsAdmitted",
        "FORGETS_IDS, b5_aRepetitionYieldsTheFirstReceipt",
        "FORGETS_IDS, b5_repetitionsAtOnceArePublishedOnce",
        "TAKES_OTHER_CONTENT_FOR_THE_SAME, b5_theSameIdWithOtherContentIsAConflict",
        "CALLS_A_REPETITION_NEW, b5_aRepetitionYieldsTheFirstReceipt",
        "COPIES_LATER, b6_originalAndCopiesAppearTogether",
        "COPIES_LATER, b6_aRefusalLeavesNoCopy",
        "COPIES_WITHOUT_ORIGIN, b6_aCopyNamesItsOriginAndHasItsTimetoken",
        "REPEATS_TIMETOKENS, b7_timetokensIncreaseAcrossChannels",
        "IGNORES_THE_LIMIT_OF_A_PAGE, b8_pagesForwardCoverTheLog",
        "TURNS_PAGES_ROUND, b8_pagesBackwardCoverTheLog",
        "CALLS_AFTER_CLOSE, b9_afterTheCloseNothingComes",
        "CALLS_AFTER_CLOSE, b9_aListenerMayCloseItsOwnSubscription",
        "ENDS_AT_A_FAULT, b10_aListenerThatThrowsLosesNothing",
        "STOPS_OTHERS_AT_A_FAULT, b10_aListenerThatThrowsLosesNothing",
        "TAKES_ANY_EPOCH, b11_aSubscriptionDoesNotMistakeAnEpoch",
        "TAKES_ANY_EPOCH, b11_historyDoesNotMistakeAnEpoch",
        "HAS_ONE_EPOCH_FOR_ALL, b11_anotherStoreHasAnotherEpoch",
        "TAKES_ANY_SIZE, b12_aBodyAboveTheLimitIsTooLarge",
        "COUNTS_CHARACTERS, b12_aBodyAboveTheLimitIsTooLarge",
        "IGNORES_THE_TIME, b13_forwardBeginsAtTheTime",
        "IGNORES_THE_TIME, b13_pagesFromATimeCoverTheLog",
        "BEGINS_AFTER_THE_TIME, b13_forwardBeginsAtTheTime",
        "BEGINS_AFTER_THE_TIME, b13_backwardEndsBeforeTheTime",
        "READS_TIMES_BACKWARD_FROM_THE_END, b13_backwardEndsBeforeTheTime",
        "READS_TIMES_BACKWARD_FROM_THE_END, b13_beforeTheFirstAndAfterTheLast",
        "GOES_ON_AFTER_CLOSE, b12_afterCloseEverythingFailsWithBusy",
    })
    void theKitCatches(Fault fault, String rule) {
        assertThat(failuresWith(fault, selectMethod(Kit.class, rule))).containsExactly(rule);
    }

    @Test
    void aSoundBrokerPasses() {
        assertThat(failuresWith(Fault.NONE, selectClass(Kit.class))).isEmpty();
    }

    @Test
    void everyFaultIsTried() throws NoSuchMethodException {
        Method test = BrokerContractTest.class.getDeclaredMethod("theKitCatches", Fault.class, String.class);
        Set<Fault> tried = EnumSet.of(Fault.NONE);
        for (String row : test.getAnnotation(CsvSource.class).value()) {
            tried.add(Fault.valueOf(row.substring(0, row.indexOf(','))));
        }
        assertThat(tried).containsExactlyInAnyOrder(Fault.values());
    }

    private static List<String> failuresWith(Fault fault, DiscoverySelector selector) {
        current = fault;
        try {
            return failuresOf(selector);
        } finally {
            current = Fault.NONE;
        }
    }

    /** The names of the tests that failed. */
    static List<String> failuresOf(DiscoverySelector selector) {
        EngineExecutionResults results =
                EngineTestKit.engine("junit-jupiter").selectors(selector).execute();
        assertThat(results.testEvents().finished().count()).isPositive();
        return results.testEvents().failed().stream()
                .map(event -> event.getTestDescriptor().getDisplayName().replace("()", ""))
                .toList();
    }
}
