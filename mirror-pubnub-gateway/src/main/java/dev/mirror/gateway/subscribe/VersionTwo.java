package dev.mirror.gateway.subscribe;

import dev.mirror.gateway.stream.Batch;
import dev.mirror.gateway.stream.Cursor;
import dev.mirror.gateway.stream.Entry;
import dev.mirror.gateway.stream.Envelope;
import dev.mirror.gateway.wire.JsonText;

/**
 * Writes answers in the form of today: {@code {"t":{"t":"17332374895624143","r":1},"m":[…]}}. What tells one client's
 * copy from another's stands at the end, so that the rest is written once.
 */
final class VersionTwo {
    private VersionTwo() {}

    static String write(String subscribeKey, Batch batch) {
        StringBuilder text = new StringBuilder(256);
        text.append("{\"t\":");
        cursor(text, batch.cursor());
        text.append(",\"m\":[");
        String separator = "";
        for (Batch.Delivery delivery : batch.deliveries()) {
            text.append(separator)
                    .append(delivery.entry().rendered(VersionTwo::shared))
                    .append(",\"k\":")
                    .append(JsonText.quote(subscribeKey))
                    .append(",\"c\":")
                    .append(JsonText.quote(delivery.channel()))
                    .append(",\"b\":")
                    .append(JsonText.quote(delivery.interest().match()))
                    .append('}');
            separator = ",";
        }
        return text.append("]}").toString();
    }

    private static void cursor(StringBuilder text, Cursor cursor) {
        text.append("{\"t\":\"")
                .append(cursor.timetoken())
                .append("\",\"r\":")
                .append(cursor.region())
                .append('}');
    }

    private static String shared(Entry entry) {
        Envelope envelope = entry.envelope();
        StringBuilder text = new StringBuilder(envelope.payload().length() + 128);
        text.append("{\"a\":\"1\",\"f\":0");
        if (envelope.publisher() != null) {
            text.append(",\"i\":").append(JsonText.quote(envelope.publisher()));
        }
        if (envelope.sequence() != 0) {
            text.append(",\"s\":").append(envelope.sequence());
        }
        text.append(",\"p\":");
        cursor(text, entry.shown());
        if (envelope.kind() != Envelope.MESSAGE) {
            text.append(",\"e\":").append(envelope.kind());
        }
        if (envelope.customType() != null) {
            text.append(",\"cmt\":").append(JsonText.quote(envelope.customType()));
        }
        if (envelope.meta() != null) {
            text.append(",\"u\":").append(envelope.meta());
        }
        return text.append(",\"d\":").append(envelope.payload()).toString();
    }
}
