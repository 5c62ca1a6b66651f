package dev.mirror.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mirror.message.CloseReason.Verdict;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValuesTest {
    @Test
    void aPositionHasAnEpochAndAnOffsetFromZero() {
        assertThat(new Position("e", 0).offset()).isZero();
        assertThat(new Position("e".repeat(64), Long.MAX_VALUE).epoch()).hasSize(64);
        assertThatIllegalArgumentException().isThrownBy(() -> new Position("", 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Position("e".repeat(65), 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Position("e", -1));
    }

    @ParameterizedTest
    @CsvSource({
        "4000,STAY_AWAY", "4003,STAY_AWAY", "4029,STAY_AWAY", "4099,STAY_AWAY", "4100,BACK_OFF", "4101,BACK_OFF",
        "4199,BACK_OFF", "4200,COME_BACK", "4201,COME_BACK", "4299,COME_BACK", "4300,AUTHENTICATE", "4301,AUTHENTICATE",
        "4302,AUTHENTICATE", "1012,BACK_OFF", "1006,BACK_OFF", "1001,BACK_OFF", "1005,BACK_OFF"
    })
    void w11_theHundredOfACloseCodeSaysWhatToDo(int code, Verdict verdict) {
        assertThat(new CloseReason(code, "x").verdict()).isEqualTo(verdict);
    }

    @Test
    void w11_theCloseReasonsAreThoseOfTheTable() {
        List<CloseReason> reasons = List.of(
                CloseReason.NORMAL,
                CloseReason.RESTART,
                CloseReason.PROTOCOL,
                CloseReason.NOT_ALLOWED,
                CloseReason.TOO_MANY,
                CloseReason.INTERNAL,
                CloseReason.BUSY,
                CloseReason.SLOW_CONSUMER,
                CloseReason.IDLE,
                CloseReason.AUTH_REQUIRED,
                CloseReason.AUTH_EXPIRED,
                CloseReason.AUTH_REVOKED);
        assertThat(reasons)
                .extracting(reason -> reason.code() + " " + reason.name())
                .containsExactly(
                        "1000 bye",
                        "1012 restart",
                        "4000 protocol",
                        "4003 not.allowed",
                        "4029 too.many",
                        "4100 internal",
                        "4101 busy",
                        "4200 slow.consumer",
                        "4201 idle",
                        "4300 auth.required",
                        "4301 auth.expired",
                        "4302 auth.revoked");
        assertThatIllegalArgumentException().isThrownBy(() -> new CloseReason(999, ""));
        assertThatIllegalArgumentException().isThrownBy(() -> new CloseReason(5000, ""));
        assertThatIllegalArgumentException().isThrownBy(() -> new CloseReason(4000, "x".repeat(65)));
    }

    @Test
    void w23_theErrorsHaveTheirNamesAndSayWhatToDoNext() {
        assertThat(ErrorCode.values())
                .extracting(error -> error.wire() + " " + error.retry().wire())
                .containsExactlyInAnyOrder(
                        "bad.frame never",
                        "bad.channel never",
                        "unknown.code never",
                        "not.allowed never",
                        "not.found never",
                        "too.large never",
                        "too.many after",
                        "conflict never",
                        "auth.required auth",
                        "auth.expired auth",
                        "auth.revoked auth",
                        "busy after",
                        "store.full after",
                        "store.unavailable after",
                        "store.damaged never",
                        "internal after");
    }

    @Test
    void w23_anErrorThatIsNotKnownCountsAsInternal() {
        assertThat(ErrorCode.ofWire("quota.exceeded")).isEqualTo(ErrorCode.INTERNAL);
        assertThat(ErrorCode.ofWire("")).isEqualTo(ErrorCode.INTERNAL);
        assertThat(Arrays.stream(ErrorCode.values()).map(error -> ErrorCode.ofWire(error.wire())))
                .containsExactly(ErrorCode.values());
    }

    @Test
    void everyCodeIsFoundByItsSpellingAndByNoOther() {
        assertThat(Arrays.stream(MessageCode.values()).map(code -> MessageCode.ofWire(code.wire())))
                .containsExactly(MessageCode.values());
        assertThat(MessageCode.ofWire("Message.Direct")).isNull();
        assertThat(MessageCode.ofWire("")).isNull();
    }

    @Test
    void aRefusalHasNoStackTraceAndAFaultHasItsCause() {
        MirrorException refusal = new MirrorException(ErrorCode.BUSY, "later");
        assertThat(refusal.getStackTrace()).isEmpty();
        IllegalStateException cause = new IllegalStateException();
        assertThat(new MirrorException(ErrorCode.INTERNAL, "fault", cause)).hasCause(cause);
    }

    @Test
    void aPublicationTellsItsTimeInMilliseconds() {
        var channel = dev.mirror.channel.ChannelName.room("lobby");
        var entry = new Publication.Entry(new dev.mirror.identity.UserId("ann"), "1", "{}");
        var publication = new Publication(channel, new Position("e", 1), 17_672_256_000_019_999L, entry, null);
        assertThat(publication.timeMillis()).isEqualTo(1_767_225_600_001L);
    }
}
