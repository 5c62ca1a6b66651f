package dev.mirror.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Publication;
import java.util.List;
import org.junit.jupiter.api.Test;

class DraftTest {
    private static Draft draft(String id, String body) {
        return new Draft(ChannelName.room("room"), List.of(), new Publication.Entry(new UserId("ann"), id, body));
    }

    /** Before any broker sees it: PostgreSQL could not keep it, and SQLite could. */
    @Test
    void w22_neitherIdNorBodyHasTheCharacterThatNotEveryDatabaseHas() {
        for (Runnable wrong : List.<Runnable>of(
                () -> draft("\u0000", "1"), () -> draft("a\u0000b", "1"), () -> draft("a", "\"x\u0000y\""))) {
            assertThatThrownBy(wrong::run)
                    .isInstanceOfSatisfying(
                            MirrorException.class,
                            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.BAD_FRAME));
        }
        String escaped = "\"x\\u0000y\"";
        assertThat(draft("a", escaped).entry().body()).isEqualTo(escaped);
    }
}
