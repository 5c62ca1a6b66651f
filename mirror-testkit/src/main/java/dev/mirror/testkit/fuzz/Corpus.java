package dev.mirror.testkit.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The inputs of one target, as the lines of a file; see {@link FuzzTarget} for how they are written. */
final class Corpus {
    /** How many inputs a corpus grows to. */
    private static final int MOST_INPUTS = 160;
    /** How long an input may be that is added, in bytes: what is found by chance is seldom worth more of a file. */
    private static final int MOST_BYTES = 400;

    private static final int SHOWN = 100;

    private final List<String> lines;

    private Corpus(List<String> lines) {
        this.lines = lines;
    }

    /** The corpus of a target; empty if it has none. */
    static Corpus of(Class<?> target) {
        try (InputStream in = target.getResourceAsStream("/fuzz/" + target.getSimpleName() + ".txt")) {
            String text = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return new Corpus(text.lines().toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<byte[]> inputs() {
        return lines.stream()
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .map(Corpus::read)
                .toList();
    }

    /** Writes each input into a file of its own. */
    void writeTo(Path folder) throws IOException {
        int number = 0;
        for (byte[] input : inputs()) {
            Files.write(folder.resolve(String.format("input-%03d", number++)), input);
        }
    }

    /** This one, and the shortest of the inputs in a folder that it does not have, as far as there is room. */
    List<String> with(Path folder) throws IOException {
        List<byte[]> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                found.add(Files.readAllBytes(file));
            }
        }
        found.sort(Comparator.<byte[]>comparingInt(input -> input.length).thenComparing(Arrays::compare));
        Map<String, Boolean> all = new LinkedHashMap<>();
        lines.forEach(line -> all.put(line, true));
        int room = MOST_INPUTS - inputs().size();
        for (byte[] input : found) {
            if (room > 0
                    && input.length > 0
                    && input.length <= MOST_BYTES
                    && all.putIfAbsent(write(input), true) == null) {
                room--;
            }
        }
        return List.copyOf(all.keySet());
    }

    /** An input as the name of a test. */
    static String shown(byte[] input) {
        String line = write(input);
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "… (" + input.length + " bytes)";
    }

    static String write(byte[] input) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < input.length; i++) {
            char c = (char) (input[i] & 0xff);
            boolean edge = i == 0 || i == input.length - 1;
            switch (c) {
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                case '\t' -> line.append("\\t");
                case '\\' -> line.append("\\\\");
                default -> {
                    boolean plain = c >= ' ' && c < 0x7f && !(edge && (c == ' ' || c == '#'));
                    line.append(
                            plain ? String.valueOf(c) : "\\x" + HexFormat.of().toHexDigits((byte) c));
                }
            }
        }
        return line.toString();
    }

    static byte[] read(String line) {
        ByteArrayOutputStream input = new ByteArrayOutputStream();
        int at = 0;
        while (at < line.length()) {
            char c = line.charAt(at++);
            if (c != '\\') {
                input.write(c);
                continue;
            }
            switch (line.charAt(at++)) {
                case 'n' -> input.write('\n');
                case 'r' -> input.write('\r');
                case 't' -> input.write('\t');
                case '\\' -> input.write('\\');
                case 'x' -> {
                    input.write(HexFormat.fromHexDigits(line, at, at + 2));
                    at += 2;
                }
                default -> throw new IllegalArgumentException("an unknown escape in: " + line);
            }
        }
        return input.toByteArray();
    }
}
