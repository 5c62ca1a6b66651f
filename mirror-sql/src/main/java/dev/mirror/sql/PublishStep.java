package dev.mirror.sql;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.ErrorCode;
import dev.mirror.message.MirrorException;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import dev.mirror.spi.Broker.Receipt;
import dev.mirror.spi.Draft;
import dev.mirror.sql.LogStatements.Stored;
import java.sql.SQLException;
import java.util.Optional;

/** Adds an original and its copies, or finds that they are there already. */
final class PublishStep implements Work.Step<Receipt> {
    private final Draft draft;
    private final int bodyBytes;
    private long timetoken; // what it was given last; only the writer

    PublishStep(Draft draft, int bodyBytes) {
        this.draft = draft;
        this.bodyBytes = bodyBytes;
    }

    @Override
    public Optional<Draft> draft() {
        return Optional.of(draft);
    }

    @Override
    public Receipt apply(LogTransaction transaction) throws SQLException {
        ChannelState channel = transaction.channel(draft.channel());
        for (ChannelName copy : draft.copies()) {
            transaction.channel(copy); // if one is refused, nothing was changed yet
        }
        Publication original = transaction.next(channel, draft.entry());
        timetoken = original.timetoken();
        if (!transaction.add(channel, original, bodyBytes)) {
            return find(transaction).orElseThrow(PublishStep::conflict);
        }
        for (ChannelName copy : draft.copies()) {
            transaction.addCopy(transaction.channel(copy), original, bodyBytes);
        }
        return new Receipt(original.position(), timetoken, false);
    }

    @Override
    public Optional<Receipt> find(LogTransaction transaction) throws SQLException {
        return transaction.statements.original(draft.entry()).map(stored -> receipt(stored, transaction.epoch));
    }

    private Receipt receipt(Stored stored, String epoch) {
        Publication original = stored.publication();
        if (original == null) {
            // Neither the repetition of what was written, nor something else: that cannot be known any more.
            throw new MirrorException(
                    ErrorCode.STORE_DAMAGED, "what is stored of this id is not what was written with it");
        }
        if (!original.channel().equals(draft.channel())
                || !original.entry().body().equals(draft.entry().body())) {
            throw conflict();
        }
        // After a commit with an unknown outcome it may be the very one that this publish added.
        boolean duplicate = original.timetoken() != timetoken;
        Position position = new Position(epoch, original.position().offset());
        return new Receipt(position, original.timetoken(), duplicate);
    }

    private static MirrorException conflict() {
        return new MirrorException(ErrorCode.CONFLICT, "this id was used for another publication");
    }
}
