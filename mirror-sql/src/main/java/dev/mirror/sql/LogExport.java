package dev.mirror.sql;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import dev.mirror.channel.ChannelName;
import dev.mirror.message.Publication;
import dev.mirror.sql.StoreTools.ProgressHandler;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Writes the log as lines of JSON. */
final class LogExport {
    private static final int PAGE = 300;

    private final JsonFactory json = new JsonFactory();
    private final JsonGenerator line;
    private long written;
    private long next; // the offset that has to come now

    private LogExport(OutputStream out) throws IOException {
        line = json.createGenerator(new BufferedOutputStream(out), JsonEncoding.UTF8);
        line.setRootValueSeparator(null);
    }

    static long run(Database database, OutputStream out, ProgressHandler progress) {
        try (Connection connection = StoreCheck.reading(database).getConnection()) {
            StoreCheck.beginSnapshot(connection);
            LogExport export = new LogExport(out);
            export.channels(connection, progress);
            export.line.flush();
            return export.written;
        } catch (SQLException e) {
            throw SqlFaults.translate(new IllegalStateException(e), "cannot read " + database);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void channels(Connection connection, ProgressHandler progress) throws SQLException, IOException {
        String epoch = LogState.epoch(connection).orElse("none yet");
        List<StoreCheck.Stand> page = StoreCheck.channels(connection, 0);
        while (!page.isEmpty()) {
            for (StoreCheck.Stand stand : page) {
                ChannelName name = ChannelName.parse(stand.name())
                        .orElseThrow(() -> new StoreException.Damaged("channel " + stand.id() + " has no valid name"));
                next = stand.first();
                for (long from = stand.first(); from <= stand.tail(); from += PAGE) {
                    long to = Math.min(stand.tail(), from + PAGE - 1);
                    LogReader.each(
                            connection,
                            new LogReader.Range(name, stand.id(), from, to, false),
                            epoch,
                            (offset, publication) -> write(name, offset, publication));
                    requireNext(name, to + 1);
                    progress.progress(written, 0);
                }
            }
            page = StoreCheck.channels(connection, page.get(page.size() - 1).id());
        }
    }

    private void write(ChannelName channel, long offset, Optional<Publication> row) {
        Publication publication = row.orElseThrow(
                () -> new StoreException.Damaged("offset " + offset + " of " + channel + " is not what was written"));
        requireNext(channel, offset);
        next++;
        try {
            write(publication);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        written++;
    }

    private void requireNext(ChannelName channel, long offset) {
        if (offset != next) {
            throw new StoreException.Damaged("offset " + next + " of " + channel + " is missing");
        }
    }

    private void write(Publication publication) throws IOException {
        Publication.Entry entry = publication.entry();
        line.writeStartObject();
        line.writeStringField("channel", publication.channel().canonical());
        line.writeStringField("epoch", publication.position().epoch());
        line.writeNumberField("offset", publication.position().offset());
        line.writeNumberField("timetoken", publication.timetoken());
        line.writeStringField("publisher", entry.publisher().value());
        line.writeStringField("id", entry.id());
        if (isJsonOfOneLine(entry.body())) {
            line.writeFieldName("body");
            line.writeRawValue(entry.body());
        } else {
            line.writeStringField("text", entry.body());
        }
        Publication.Origin origin = publication.origin();
        if (origin != null) {
            line.writeObjectFieldStart("origin");
            line.writeStringField("channel", origin.channel().canonical());
            line.writeNumberField("offset", origin.position().offset());
            line.writeEndObject();
        }
        line.writeEndObject();
        line.writeRaw('\n');
    }

    /** Whether the body can stand in the line as it is, and be found there again to the last character. */
    private boolean isJsonOfOneLine(String body) {
        boolean blank = body.isEmpty() || body.charAt(0) <= ' ' || body.charAt(body.length() - 1) <= ' ';
        if (blank || body.indexOf('\n') >= 0 || body.indexOf('\r') >= 0) {
            return false;
        }
        try (JsonParser parser = json.createParser(body)) {
            parser.nextToken();
            parser.skipChildren();
            return parser.currentToken() != null && parser.nextToken() == null;
        } catch (IOException noJson) {
            return false;
        }
    }
}
