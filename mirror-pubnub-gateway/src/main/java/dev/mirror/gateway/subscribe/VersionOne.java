package dev.mirror.gateway.subscribe;

import dev.mirror.gateway.stream.Batch;
import dev.mirror.gateway.stream.Batch.Delivery;
import dev.mirror.gateway.stream.Cursor;
import dev.mirror.gateway.stream.Entry;
import dev.mirror.gateway.stream.Envelope;
import dev.mirror.gateway.wire.JsonText;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Writes answers in the form of before: {@code [[payload,…],"17332374895624143","channel,…"]}. There is one number for
 * the cursor, so where something passed by after the timetoken, the region is written behind its 17 digits.
 */
final class VersionOne {
    private static final int TIMETOKEN_DIGITS = 17;
    private static final int REGION_DIGITS = 10;

    private VersionOne() {}

    /** What the answers look like depends on what was asked for. */
    enum Shape {
        /** One channel: no names. */
        ONE,
        /** Several channels: their names. */
        MANY,
        /** Groups or wildcards: their names, and those of the channels. */
        MATCHED
    }

    /** @param plain the region of a cursor that a timetoken alone says as much as */
    static String write(Batch batch, Shape shape, int plain) {
        List<Delivery> deliveries = batch.deliveries();
        StringBuilder text = new StringBuilder(256).append("[[");
        String separator = "";
        for (Delivery delivery : deliveries) {
            text.append(separator).append(delivery.entry().envelope().payload());
            separator = ",";
        }
        text.append("],\"").append(number(batch.cursor(), plain)).append('"');
        if (deliveries.isEmpty()) {
            return text.append(']').toString();
        }
        if (shape == Shape.MATCHED) {
            text.append(',')
                    .append(names(deliveries, delivery -> delivery.interest().match()));
        }
        if (shape != Shape.ONE) {
            text.append(',').append(names(deliveries, Delivery::channel));
        }
        return text.append(']').toString();
    }

    private static String names(List<Delivery> deliveries, Function<Delivery, String> name) {
        return JsonText.quote(String.join(",", deliveries.stream().map(name).toList()));
    }

    /**
     * Whether the form can tell of an entry: it has ordinary messages only, presence among them. What WebSocket clients
     * change about their messages is none: pages would show it as one.
     */
    static boolean tellsOf(Entry entry) {
        Envelope envelope = entry.envelope();
        return envelope.kind() == Envelope.MESSAGE
                && !(entry.isNative() && JsonText.hasOnly(envelope.payload(), "amend", "value"));
    }

    private static String number(Cursor cursor, int plain) {
        return cursor.region() == plain
                ? Long.toString(cursor.timetoken())
                : cursor.timetoken() + String.format("%0" + REGION_DIGITS + "d", cursor.region());
    }

    /** Reads back what was written, or a timetoken alone; empty if it is neither. */
    static Optional<Cursor> cursor(String number) {
        int length = number.length();
        if (length == 0 || !number.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.empty();
        }
        if (length <= TIMETOKEN_DIGITS) {
            return Optional.of(new Cursor(Long.parseLong(number), 0));
        }
        if (length != TIMETOKEN_DIGITS + REGION_DIGITS) {
            return Optional.empty();
        }
        long region = Long.parseLong(number.substring(TIMETOKEN_DIGITS));
        return region > Integer.MAX_VALUE
                ? Optional.empty()
                : Optional.of(new Cursor(Long.parseLong(number.substring(0, TIMETOKEN_DIGITS)), (int) region));
    }
}
