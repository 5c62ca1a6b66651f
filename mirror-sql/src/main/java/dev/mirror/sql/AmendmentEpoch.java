package dev.mirror.sql;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.mirror.channel.ChannelName;
import dev.mirror.identity.UserId;
import dev.mirror.message.Position;
import dev.mirror.message.Publication;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The epoch inside of amendments. An edit, a deletion and a reaction name the position that they amend, and count only in
 * the log that has this epoch. So when what is stored gets another epoch, by a restore or an import, they get it, too:
 * what was deleted must not come back.
 */
final class AmendmentEpoch {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String SIGN = "\"amend\"";
    private static final int PAGE = 20;
    private static final String ROWS = "SELECT p.channel, p.log_offset, p.timetoken, p.publisher, p.id, p.body, c.name,"
            + " o.name, p.origin_offset FROM publications p JOIN channels c ON c.id = p.channel"
            + " LEFT JOIN channels o ON o.id = p.origin_channel"
            + " WHERE (p.channel, p.log_offset) > (?, ?) AND p.body LIKE '%" + SIGN + "%'"
            + " ORDER BY p.channel, p.log_offset LIMIT " + PAGE;
    private static final String CHANGE =
            "UPDATE publications SET body = ?, checksum = ? WHERE channel = ? AND log_offset = ?";

    private AmendmentEpoch() {}

    /** Everything that is stored. The caller commits. */
    static void change(Connection connection, String from, String to) throws SQLException {
        long channel = 0;
        long offset = 0;
        List<Row> page;
        do {
            page = page(connection, channel, offset, to);
            try (PreparedStatement statement = connection.prepareStatement(CHANGE)) {
                for (Row row : page) {
                    channel = row.channel;
                    offset = row.publication.position().offset();
                    Publication.Entry entry = row.publication.entry();
                    String body = changed(entry.body(), from, to);
                    if (!body.equals(entry.body())) {
                        statement.setString(1, body);
                        statement.setLong(2, RowChecksum.of(row.with(body)));
                        statement.setLong(3, channel);
                        statement.setLong(4, offset);
                        statement.executeUpdate();
                    }
                }
            }
        } while (page.size() == PAGE);
    }

    private record Row(long channel, Publication publication) {
        Publication with(String body) {
            Publication.Entry entry = publication.entry();
            return new Publication(
                    publication.channel(),
                    publication.position(),
                    publication.timetoken(),
                    new Publication.Entry(entry.publisher(), entry.id(), body),
                    publication.origin());
        }
    }

    private static List<Row> page(Connection connection, long channel, long offset, String epoch) throws SQLException {
        List<Row> page = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(ROWS)) {
            statement.setLong(1, channel);
            statement.setLong(2, offset);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    page.add(new Row(row.getLong(1), publication(row, epoch)));
                }
            }
        }
        return page;
    }

    private static Publication publication(ResultSet row, String epoch) throws SQLException {
        String origin = row.getString(8);
        return new Publication(
                ChannelName.parse(row.getString(7)).orElseThrow(),
                new Position(epoch, row.getLong(2)),
                row.getLong(3),
                new Publication.Entry(new UserId(row.getString(4)), row.getString(5), row.getString(6)),
                origin == null
                        ? null
                        : new Publication.Origin(
                                ChannelName.parse(origin).orElseThrow(), new Position(epoch, row.getLong(9))));
    }

    /** The body with the other epoch, if it is an amendment of a log with the one; else as it is, to the character. */
    static String changed(String body, String from, String to) {
        if (!body.contains(SIGN)) {
            return body;
        }
        try (JsonParser parser = JSON.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return body;
            }
            int start = -1;
            int end = -1;
            for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
                boolean amendment = parser.nextToken() == JsonToken.START_OBJECT && key.equals("amend");
                for (String inner = amendment ? parser.nextFieldName() : null;
                        inner != null;
                        inner = parser.nextFieldName()) {
                    if (parser.nextToken() == JsonToken.VALUE_STRING
                            && inner.equals("epoch")
                            && parser.getText().equals(from)) {
                        start = (int) parser.currentTokenLocation().getCharOffset();
                        end = (int) parser.currentLocation().getCharOffset();
                    }
                    parser.skipChildren();
                }
                if (!amendment) {
                    parser.skipChildren();
                }
            }
            return start < 0 ? body : body.substring(0, start) + '"' + to + '"' + body.substring(end);
        } catch (IOException notJson) {
            return body;
        }
    }
}
