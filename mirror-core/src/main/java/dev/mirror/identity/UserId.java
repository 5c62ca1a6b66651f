package dev.mirror.identity;

import java.util.Optional;

/**
 * The stable name of a user inside mirror: 1 to 64 characters of {@code A-Z a-z 0-9 _ -}.
 *
 * <p>It is made once, at sign-up, and never changes for the life of the account. It may not end in {@code -pnpres},
 * which PubNub reserves for the presence twin of a channel.
 *
 * @param value the id as it stands on the wire
 */
public record UserId(String value) {
    /** The longest id, in characters. */
    public static final int MAX_LENGTH = 64;

    private static final String RESERVED_SUFFIX = "-pnpres";

    /** @throws IllegalArgumentException if the value is not an id; use {@link #parse} for input from outside */
    public UserId {
        if (!isId(value, 0, value.length())) {
            throw new IllegalArgumentException("not an id: 1 to 64 of A-Z a-z 0-9 _ -, not ending in -pnpres");
        }
    }

    /** Reads an id that came from outside; empty if it breaks the grammar. */
    public static Optional<UserId> parse(String value) {
        return isId(value, 0, value.length()) ? Optional.of(new UserId(value)) : Optional.empty();
    }

    /** Tells whether the characters from {@code start} (inclusive) to {@code end} (exclusive) are an id. */
    public static boolean isId(String text, int start, int end) {
        int length = end - start;
        if (length < 1 || length > MAX_LENGTH) {
            return false;
        }
        for (int i = start; i < end; i++) {
            if (!isIdCharacter(text.charAt(i))) {
                return false;
            }
        }
        int suffix = RESERVED_SUFFIX.length();
        return length < suffix || !text.regionMatches(end - suffix, RESERVED_SUFFIX, 0, suffix);
    }

    private static boolean isIdCharacter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    }

    @Override
    public String toString() {
        return value;
    }
}
