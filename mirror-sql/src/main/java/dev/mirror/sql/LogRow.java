package dev.mirror.sql;

import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A row of the log, read whole: what is not what was written there is no publication. */
final class LogRow {
    /** What a query begins with: of the row, {@code p}, and of {@code o}, where the original of a copy stands. */
    static final String COLUMNS =
            "p.log_offset, p.timetoken, p.publisher, p.id, p.body, o.name, p.origin_offset, p.checksum";
    /** The first column after them. */
    static final int NEXT = 9;
    /** What {@code o} is. */
    static final String ORIGIN = " LEFT JOIN channels o ON o.id = p.origin_channel";

    private LogRow() {}

    /** The publication of a row in the channel with this name, of which the database says that it is the row's. */
    static Optional<Publication> publication(ResultSet row, @Nullable String channel, String epoch)
            throws SQLException {
        Optional<ChannelName> name = channel == null ? Optional.empty() : ChannelName.parse(channel);
        return name.isEmpty() ? Optional.empty() : publication(row, name.get(), epoch);
    }

    /** The publication of a row in this channel; empty if it is not what was written there. */
    static Optional<Publication> publication(ResultSet row, ChannelName channel, String epoch) throws SQLException {
        try {
            String from = row.getString(6);
            Publication.Origin origin = from == null
                    ? null
                    : new Publication.Origin(
                            ChannelName.parse(from).orElseThrow(), new Position(epoch, row.getLong(7)));
            Publication publication = new Publication(
                    channel,
                    new Position(epoch, row.getLong(1)),
                    row.getLong(2),
                    new Publication.Entry(new UserId(row.getString(3)), row.getString(4), row.getString(5)),
                    origin);
            return RowChecksum.of(publication) == row.getLong(8) ? Optional.of(publication) : Optional.empty();
        } catch (IllegalArgumentException | NoSuchElementException notAsWritten) {
            return Optional.empty();
        }
    }
}
