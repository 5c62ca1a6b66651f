package dev.mirror.gateway.history;

import dev.mirror.gateway.stream.Entry;
import dev.mirror.gateway.stream.Envelope;
import dev.mirror.gateway.wire.Query;
import java.util.List;

/** Writes {@code [[payload,…],17332374895624143,17332374895624150]}: the messages, and the first and last timetoken. */
final class VersionTwo {
    private VersionTwo() {}

    static String write(List<Entry> entries, Query query) {
        boolean token = query.flag("include_token");
        boolean meta = query.flag("include_meta");
        boolean text = query.flag("string_message_token");
        StringBuilder out = new StringBuilder(256).append("[[");
        String separator = "";
        for (Entry entry : entries) {
            out.append(separator);
            Envelope envelope = entry.envelope();
            if (token || meta) {
                out.append("{\"message\":").append(envelope.payload());
                if (token) {
                    out.append(",\"timetoken\":").append(number(entry.shown().timetoken(), text));
                }
                if (meta) {
                    out.append(",\"meta\":").append(envelope.meta() == null ? "\"\"" : envelope.meta());
                }
                out.append('}');
            } else {
                out.append(envelope.payload());
            }
            separator = ",";
        }
        boolean quoted = query.flag("stringtoken");
        return out.append("],")
                .append(number(entries.isEmpty() ? 0 : timetoken(entries, 0), quoted))
                .append(',')
                .append(number(entries.isEmpty() ? 0 : timetoken(entries, entries.size() - 1), quoted))
                .append(']')
                .toString();
    }

    private static long timetoken(List<Entry> entries, int index) {
        return entries.get(index).shown().timetoken();
    }

    private static String number(long timetoken, boolean quoted) {
        return quoted ? "\"" + timetoken + '"' : Long.toString(timetoken);
    }
}
