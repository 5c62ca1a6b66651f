package dev.mirror.sql;

import dev.mirror.message.Publication;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * A checksum over everything of a publication that is served, so that a flipped bit, or a row that stands in another
 * place than it was written to, is noticed and not served. The epoch is not part of it: a restore changes that.
 */
final class RowChecksum {
    private RowChecksum() {}

    static long of(Publication publication) {
        Publication.Entry entry = publication.entry();
        byte[] channel = bytes(publication.channel().canonical());
        byte[] publisher = bytes(entry.publisher().value());
        byte[] id = bytes(entry.id());
        byte[] body = bytes(entry.body());
        Publication.Origin origin = publication.origin();
        byte[] originChannel =
                origin == null ? new byte[0] : bytes(origin.channel().canonical());
        // With the lengths in front, what ends one field cannot begin the next.
        ByteBuffer numbers = ByteBuffer.allocate(5 * Integer.BYTES + 3 * Long.BYTES)
                .putLong(publication.position().offset())
                .putLong(publication.timetoken())
                .putLong(origin == null ? 0 : origin.position().offset())
                .putInt(channel.length)
                .putInt(publisher.length)
                .putInt(id.length)
                .putInt(body.length)
                .putInt(originChannel.length);
        CRC32C checksum = new CRC32C();
        checksum.update(numbers.array());
        checksum.update(channel);
        checksum.update(publisher);
        checksum.update(id);
        checksum.update(body);
        checksum.update(originChannel);
        return checksum.getValue();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
