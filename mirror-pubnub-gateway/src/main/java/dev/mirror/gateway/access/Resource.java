package dev.mirror.gateway.access;

/** What a permission is about. */
enum Resource {
    /** A channel, its presence twin, or a wildcard by its own name. */
    CHANNEL("channels", "chan"),
    /** A channel group. */
    GROUP("groups", "grp"),
    /** Kept in tokens for old SDKs; asked for by no operation. */
    USER("users", "usr"),
    /** Kept in tokens for old SDKs; asked for by no operation. */
    SPACE("spaces", "spc"),
    /** A user id of the keyset, by whose metadata it is known. */
    UUID("uuids", "uuid");

    /** In the body of a grant. */
    final String plural;
    /** In a token. */
    final String key;

    Resource(String plural, String key) {
        this.plural = plural;
        this.key = key;
    }
}
