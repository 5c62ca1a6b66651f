package dev.mirror.gateway.filter;

import java.util.Locale;
import java.util.Optional;

/** Cuts an expression into its words: texts, numbers, names, symbols. One thread. */
final class Lexer {
    private static final String[] SYMBOLS = {
        "==", "!=", "<=", ">=", "&&", "||", "<", ">", "+", "-", "*", "/", "%", "!", "(", ")", "[", "]", "."
    };

    private final String text;
    private int at;

    /** What the current word is. */
    Kind kind = Kind.END;
    /** The current word: a text without its quotes, a symbol or a number as written. */
    String word = "";

    /** The kinds of words. */
    enum Kind {
        END,
        TEXT,
        NUMBER,
        NAME,
        SYMBOL
    }

    Lexer(String text) {
        this.text = text;
        next();
    }

    boolean is(String symbol) {
        return kind == Kind.SYMBOL && word.equals(symbol);
    }

    /** Goes on if the current word is this symbol; whether it was. */
    boolean skip(String symbol) {
        boolean there = is(symbol);
        if (there) {
            next();
        }
        return there;
    }

    /** The operator between two values that stands here. */
    Optional<Operator> operator() {
        if (kind != Kind.SYMBOL && kind != Kind.NAME) {
            return Optional.empty();
        }
        String written = kind == Kind.NAME ? word.toLowerCase(Locale.ROOT) : word;
        for (Operator operator : Operator.values()) {
            if (operator.symbol.equals(written)) {
                return Optional.of(operator);
            }
        }
        return Optional.empty();
    }

    void next() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        if (at == text.length()) {
            set(Kind.END, "");
            return;
        }
        char c = text.charAt(at);
        if (c == '\'' || c == '"') {
            quoted(c);
        } else if (isDigit(c)) {
            number();
        } else if (isNamePart(c)) {
            name();
        } else {
            symbol();
        }
    }

    private void quoted(char quote) {
        StringBuilder value = new StringBuilder();
        for (int i = at + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == quote) {
                at = i + 1;
                set(Kind.TEXT, value.toString());
                return;
            }
            if (c == '\\' && i + 1 < text.length()) {
                c = text.charAt(++i);
            }
            value.append(c);
        }
        throw new Parser.SyntaxException();
    }

    private void number() {
        int end = digits(at);
        if (end + 1 < text.length() && text.charAt(end) == '.' && isDigit(text.charAt(end + 1))) {
            end = digits(end + 1);
        }
        if (end < text.length() && (text.charAt(end) == 'e' || text.charAt(end) == 'E')) {
            int sign = end + 1 < text.length() && "+-".indexOf(text.charAt(end + 1)) >= 0 ? 1 : 0;
            end = digits(end + 1 + sign);
        }
        boolean ends = end == text.length() || !isNamePart(text.charAt(end));
        if (!ends || !isDigit(text.charAt(end - 1))) {
            throw new Parser.SyntaxException();
        }
        String number = text.substring(at, end);
        at = end;
        set(Kind.NUMBER, number);
    }

    private int digits(int start) {
        int end = start;
        while (end < text.length() && isDigit(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private void name() {
        int end = at;
        while (end < text.length() && isNamePart(text.charAt(end))) {
            end++;
        }
        String name = text.substring(at, end);
        at = end;
        set(Kind.NAME, name);
    }

    private void symbol() {
        for (String symbol : SYMBOLS) {
            if (text.startsWith(symbol, at)) {
                at += symbol.length();
                set(Kind.SYMBOL, symbol);
                return;
            }
        }
        throw new Parser.SyntaxException();
    }

    private void set(Kind newKind, String newWord) {
        kind = newKind;
        word = newWord;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isNamePart(char c) {
        return c == '_' || c == '$' || Character.isLetterOrDigit(c) || Character.isSurrogate(c);
    }
}
