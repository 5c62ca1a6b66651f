package dev.mirror.sql;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.mirror.message.Publication;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The epoch inside of amendments. An edit, a deletion and a reaction name the position that they amend, and count only in
 * the log that has this epoch. So when what is stored gets another epoch, by a restore or an import, they get it, too:
 * what was deleted must not come back.
 */
final class AmendmentEpoch {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String SIGN = "\"amend\"";
    private static final int PAGE = 20;
    private static final String ROWS = "SELECT " + LogRow.COLUMNS + ", c.name, p.channel FROM publications p"
            + " JOIN channels c ON c.id = p.channel" + LogRow.ORIGIN
            + " WHERE (p.channel, p.log_offset) > (?, ?) AND p.body LIKE '%" + SIGN + "%'"
            + " ORDER BY p.channel, p.log_offset LIMIT " + PAGE;
    private static final String CHANGE =
            "UPDATE publications SET body = ?, checksum = ? WHERE channel = ? AND log_offset = ?";

    private AmendmentEpoch() {}

    /** Everything that is stored, but for what is damaged: that must not look sound. The caller commits. */
    static void change(Connection connection, String from, String to) throws SQLException {
        Row last = new Row(0, 0, Optional.empty());
        List<Row> page;
        do {
            page = page(connection, last, to);
            try (PreparedStatement statement = connection.prepareStatement(CHANGE)) {
                for (Row row : page) {
                    last = row;
                    change(statement, row, from, to);
                }
            }
        } while (page.size() == PAGE);
    }

    private static void change(PreparedStatement statement, Row row, String from, String to) throws SQLException {
        Publication before = row.publication.orElse(null);
        if (before == null) {
            return;
        }
        Publication.Entry entry = before.entry();
        String body = changed(entry.body(), from, to);
        if (!body.equals(entry.body())) {
            Publication after = new Publication(
                    before.channel(),
                    before.position(),
                    before.timetoken(),
                    new Publication.Entry(entry.publisher(), entry.id(), body),
                    before.origin());
            statement.setString(1, body);
            statement.setLong(2, RowChecksum.of(after));
            statement.setLong(3, row.channel);
            statement.setLong(4, row.offset);
            statement.executeUpdate();
        }
    }

    /**
     * A row that may be an amendment.
     *
     * @param publication empty if it is damaged
     */
    private record Row(long channel, long offset, Optional<Publication> publication) {}

    private static List<Row> page(Connection connection, Row after, String epoch) throws SQLException {
        List<Row> page = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(ROWS)) {
            statement.setLong(1, after.channel);
            statement.setLong(2, after.offset);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Optional<Publication> publication = LogRow.publication(row, row.getString(LogRow.NEXT), epoch);
                    page.add(new Row(row.getLong(LogRow.NEXT + 1), row.getLong(1), publication));
                }
            }
        }
        return page;
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
