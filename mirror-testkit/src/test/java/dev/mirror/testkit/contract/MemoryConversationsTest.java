package dev.mirror.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.memory.MemoryBroker;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.Publication;
import dev.mirror.spi.Conversations.Mark;
import dev.mirror.spi.Draft;
import dev.mirror.testkit.time.Await;
import dev.mirror.testkit.time.SeededRandom;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryConversationsTest extends ConversationsContract {
    @Override
    protected Store open() {
        MemoryBroker broker = new MemoryBroker(InstantSource.system(), SeededRandom.of(1));
        return new Store(broker, broker.conversations());
    }

    /** The broker's limits bound the conversations too: one whose log was forgotten is forgotten with it. */
    @Test
    void aConversationEndsWithItsLog() {
        MemoryBroker small =
                new MemoryBroker(InstantSource.system(), SeededRandom.of(1), new MemoryBroker.Limits(10, 2_000, 1_000));
        UserId ann = new UserId("ann");
        for (int i = 0; i < 50; i++) {
            ChannelName channel = ChannelName.direct(ann, new UserId("peer-" + i));
            Publication.Entry entry = new Publication.Entry(ann, "m-" + i, "1");
            Await.value(small.publish(new Draft(channel, List.of(), entry)));
        }
        assertThat(Await.value(small.conversations().of(ann, 1_000)).conversations())
                .hasSizeBetween(1, 3)
                .first()
                .extracting(each -> each.channel().toString())
                .isEqualTo("ann.peer-49");
        assertThat(Await.failure(small.conversations()
                                .mark(ann, ChannelName.direct(ann, new UserId("peer-0")), new Mark("e", 1, 1)))
                        .code())
                .isEqualTo(ErrorCode.NOT_FOUND);
        small.close();
        assertThat(Await.failure(small.conversations().of(ann, 1)).code()).isEqualTo(ErrorCode.BUSY);
    }
}
