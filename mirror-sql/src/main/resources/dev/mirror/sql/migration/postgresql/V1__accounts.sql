-- The schema of the folder beside this one, in PostgreSQL's words. Names and ids are compared byte by byte ("C"), as
-- the program compares them, and so that no index depends on the operating system's idea of a language.

CREATE TABLE users (
    id               TEXT    COLLATE "C" NOT NULL PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
    channel_id       TEXT    COLLATE "C" NOT NULL UNIQUE CHECK (length(channel_id) BETWEEN 1 AND 64),
    name             TEXT    COLLATE "C" NOT NULL CHECK (length(name) BETWEEN 3 AND 32),
    -- The name in one form for all spellings that count as the same.
    name_key         TEXT    COLLATE "C" NOT NULL UNIQUE,
    -- A PHC string.
    password_hash    TEXT    COLLATE "C" NOT NULL CHECK (password_hash LIKE '$argon2id$%'),
    -- Counts the passwords, not the hashes: hashing the same one again leaves it alone.
    password_version INTEGER NOT NULL DEFAULT 1,
    created_ms       BIGINT  NOT NULL,
    disabled_ms      BIGINT
);

CREATE TABLE logins (
    id            TEXT   COLLATE "C" NOT NULL PRIMARY KEY,
    user_id       TEXT   COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_ms    BIGINT NOT NULL,
    seen_ms       BIGINT NOT NULL,
    ends_ms       BIGINT NOT NULL,
    -- When the last token of this log-in ends; a revocation has to be remembered until then.
    token_ends_ms BIGINT NOT NULL,
    revoked_ms    BIGINT
);

CREATE INDEX logins_by_user ON logins (user_id, created_ms);
CREATE INDEX logins_by_seen ON logins (seen_ms);
CREATE INDEX logins_by_revocation ON logins (revoked_ms) WHERE revoked_ms IS NOT NULL;

-- Requests of version 1 for a conversation whose receiver was away, as the sender spelled the channel.
CREATE TABLE relays (
    number   BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    receiver TEXT   COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    channel  TEXT   COLLATE "C" NOT NULL CHECK (length(channel) BETWEEN 3 AND 92),
    UNIQUE (receiver, channel)
);
