-- The log of every channel.

-- What is known of the store as a whole: its epoch, and up to where timetokens may have been given.
CREATE TABLE log_state (
    name  ${text} NOT NULL PRIMARY KEY,
    value ${text} NOT NULL
) ${table};

CREATE TABLE channels (
    id           ${long} NOT NULL PRIMARY KEY,
    -- The canonical name.
    name         ${text} NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 160),
    kind         ${text} NOT NULL CHECK (kind IN ('room', 'direct', 'inbox', 'external')),
    -- The oldest offset that is kept. A log ends at its newest row; if it has none, right before this.
    first_offset ${long} NOT NULL DEFAULT 1 CHECK (first_offset >= 1)
) ${table};

-- In the order in which they came, not in that of a key: the newest rows of many channels then share pages, and a commit
-- writes half as much. There are no foreign keys: the one writer keeps the ids.
CREATE TABLE publications (
    channel        ${long} NOT NULL,
    log_offset     ${long} NOT NULL CHECK (log_offset >= 1),
    timetoken      ${long} NOT NULL,
    publisher      ${text} NOT NULL,
    id             ${text} NOT NULL,
    body           ${text} NOT NULL,
    -- Of a copy: where its original stands.
    origin_channel ${long},
    origin_offset  ${long},
    -- CRC-32C over everything that is served.
    checksum       ${long} NOT NULL,
    PRIMARY KEY (channel, log_offset)
) ${rows};

-- A publisher's id names one original.
CREATE UNIQUE INDEX publications_by_id ON publications (publisher, id) WHERE origin_channel IS NULL;

-- How far each of the two users of a direct channel has received and read it. Both have a row from the first
-- publication on.
CREATE TABLE marks (
    user_id  ${text} NOT NULL,
    channel  ${long} NOT NULL,
    -- The other one; oneself in a conversation with oneself.
    peer     ${text} NOT NULL,
    received ${long} NOT NULL,
    read     ${long} NOT NULL,
    PRIMARY KEY (user_id, channel),
    CHECK (read BETWEEN 0 AND received)
) ${table};

CREATE TABLE last_seen (
    user_id ${text} NOT NULL PRIMARY KEY,
    seen_ms ${long} NOT NULL
) ${table};
