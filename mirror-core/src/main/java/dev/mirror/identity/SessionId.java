package dev.mirror.identity;

/**
 * The public name of one session, called {@code websocketId} on the wire since 2018.
 *
 * <p>It says which connection a frame is about; it proves nothing and opens nothing, so it may be shown and logged.
 *
 * @param value 1 to 64 characters, unguessable in practice (128 random bits)
 */
public record SessionId(String value) {
    /** @throws IllegalArgumentException if the value is empty or longer than 64 characters */
    public SessionId {
        if (value.isEmpty() || value.length() > UserId.MAX_LENGTH) {
            throw new IllegalArgumentException("a session id has 1 to 64 characters");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
