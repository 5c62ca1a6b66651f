package dev.mirror.client.checkpoint;

import dev.mirror.channel.ChannelName;
import dev.mirror.message.Position;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/**
 * A checkpoint as text: a title, a line for each channel, and a checksum of all before it. A line has, between tabs, the
 * channel, the epoch, the offset up to which everything is handled, and the ranges handled beyond it. Pure.
 */
final class CheckpointText {
    static final Comparator<ChannelName> BY_NAME = Comparator.comparing(ChannelName::canonical);

    private static final String TITLE = "mirror-checkpoint 1";
    private static final String END = "end ";
    private static final int MAX_BEYOND = 1_000_000;

    private CheckpointText() {}

    static String write(Map<ChannelName, Progress> all) {
        StringBuilder text = new StringBuilder(TITLE).append('\n');
        all.forEach((channel, progress) -> text.append(encode(channel.toString()))
                .append('\t')
                .append(encode(progress.position().epoch()))
                .append('\t')
                .append(progress.position().offset())
                .append('\t')
                .append(ranges(progress.beyond()))
                .append('\n'));
        String sum = checksum(text.toString());
        return text.append(END).append(sum).append('\n').toString();
    }

    /** @throws CheckpointException if it is not what {@link #write} wrote */
    static Map<ChannelName, Progress> read(String text, String name) {
        if (!text.startsWith("mirror-checkpoint ")) {
            throw new CheckpointException(name + " is not a checkpoint; choose another file");
        }
        if (!text.startsWith(TITLE + "\n")) {
            throw new CheckpointException(name + " is a checkpoint of a newer version");
        }
        int end = text.lastIndexOf("\n" + END) + 1;
        if (end <= 0 || !text.substring(end).equals(END + checksum(text.substring(0, end)) + "\n")) {
            throw damaged(name);
        }
        Map<ChannelName, Progress> all = new TreeMap<>(BY_NAME);
        for (String line : text.substring(TITLE.length() + 1, end).lines().toList()) {
            try {
                String[] parts = line.split("\t", -1);
                ChannelName channel = ChannelName.parse(decode(parts[0])).orElseThrow(() -> damaged(name));
                Position position = new Position(decode(parts[1]), Long.parseLong(parts[2]));
                all.put(channel, new Progress(position, offsets(parts[3])));
            } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException unreadable) {
                throw damaged(name);
            }
        }
        return all;
    }

    private static CheckpointException damaged(String name) {
        return new CheckpointException(name + " is damaged: it is not what was written there. Restore it, or remove it"
                + " and say where the bot is to begin");
    }

    private static String ranges(Collection<Long> ascending) {
        List<String> ranges = new ArrayList<>();
        long first = -1;
        long last = -1;
        for (long offset : ascending) {
            if (first >= 0 && offset != last + 1) {
                ranges.add(range(first, last));
                first = offset;
            }
            first = first < 0 ? offset : first;
            last = offset;
        }
        if (first >= 0) {
            ranges.add(range(first, last));
        }
        return String.join(",", ranges);
    }

    private static String range(long first, long last) {
        return first == last ? Long.toString(first) : first + "-" + last;
    }

    private static SortedSet<Long> offsets(String ranges) {
        TreeSet<Long> offsets = new TreeSet<>();
        for (String range : ranges.isEmpty() ? new String[0] : ranges.split(",", -1)) {
            String[] ends = range.split("-", 2);
            long last = Long.parseLong(ends[ends.length - 1]);
            for (long offset = Long.parseLong(ends[0]); offset <= last; offset++) {
                if (offsets.size() >= MAX_BEYOND) {
                    throw new IllegalArgumentException("too many");
                }
                offsets.add(offset);
            }
        }
        return offsets;
    }

    private static String encode(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8);
    }

    private static String decode(String part) {
        return URLDecoder.decode(part, StandardCharsets.UTF_8);
    }

    private static String checksum(String text) {
        CRC32C sum = new CRC32C();
        sum.update(text.getBytes(StandardCharsets.ISO_8859_1));
        return String.format("%08x", sum.getValue());
    }
}
