-- Times are milliseconds since 1970. Limits that the program keeps are kept here again, so that a fault of the
-- program becomes an error and not a wrong row.

CREATE TABLE users (
    id               TEXT    NOT NULL PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
    channel_id       TEXT    NOT NULL UNIQUE CHECK (length(channel_id) BETWEEN 1 AND 64),
    name             TEXT    NOT NULL CHECK (length(name) BETWEEN 3 AND 32),
    -- The name in one form for all spellings that count as the same.
    name_key         TEXT    NOT NULL UNIQUE,
    -- A PHC string.
    password_hash    TEXT    NOT NULL CHECK (password_hash LIKE '$argon2id$%'),
    -- Counts the passwords, not the hashes: hashing the same one again leaves it alone.
    password_version INTEGER NOT NULL DEFAULT 1,
    created_ms       INTEGER NOT NULL,
    disabled_ms      INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE logins (
    id            TEXT    NOT NULL PRIMARY KEY,
    user_id       TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_ms    INTEGER NOT NULL,
    seen_ms       INTEGER NOT NULL,
    ends_ms       INTEGER NOT NULL,
    -- When the last token of this log-in ends; a revocation has to be remembered until then.
    token_ends_ms INTEGER NOT NULL,
    revoked_ms    INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX logins_by_user ON logins (user_id, created_ms);
CREATE INDEX logins_by_seen ON logins (seen_ms);
CREATE INDEX logins_by_revocation ON logins (revoked_ms) WHERE revoked_ms IS NOT NULL;

-- Requests of version 1 for a conversation whose receiver was away, as the sender spelled the channel.
CREATE TABLE relays (
    number   INTEGER PRIMARY KEY AUTOINCREMENT,
    receiver TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    channel  TEXT    NOT NULL CHECK (length(channel) BETWEEN 3 AND 92),
    UNIQUE (receiver, channel)
) STRICT;
