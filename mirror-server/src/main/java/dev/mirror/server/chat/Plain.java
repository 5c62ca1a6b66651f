package dev.mirror.server.chat;

/**
 * Makes other people's text harmless on a terminal: it cannot move the cursor, change colours or titles, ring, turn the
 * direction of writing around, or begin a line of its own. Pure.
 */
final class Plain {
    private static final char HARMLESS = '\uFFFD';
    private static final String LINE_BREAK = "\n    ";

    private Plain() {}

    /** Text of several lines; each but the first is indented, so that none looks like a line of the chat's own. */
    static String text(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        String lines = text.replace("\r\n", "\n");
        lines.codePoints().forEach(c -> {
            if (c == '\n') {
                plain.append(LINE_BREAK);
            } else if (c == '\t') {
                plain.append(' ');
            } else if (isHarmful(c)) {
                plain.append(HARMLESS);
            } else {
                plain.appendCodePoint(c);
            }
        });
        return plain.toString();
    }

    /** A name, on one line. */
    static String word(String text) {
        return text(text).replace(LINE_BREAK, " ");
    }

    private static boolean isHarmful(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE -> true;
            // Joiners make up emoji and the letters of some languages; the rest of the format characters can deceive.
            case Character.FORMAT -> c != 0x200c && c != 0x200d;
            default -> false;
        };
    }
}
