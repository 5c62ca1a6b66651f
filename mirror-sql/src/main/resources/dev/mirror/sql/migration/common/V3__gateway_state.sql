-- What the gateway for PubNub's SDKs has to know beside the log: groups, actions, revoked tokens and the like.

CREATE TABLE gateway_state (
    -- Whose it is and what it is about.
    space ${text} NOT NULL CHECK (length(space) BETWEEN 1 AND 512),
    name  ${text} NOT NULL CHECK (length(name) BETWEEN 1 AND 512),
    value ${text} NOT NULL,
    PRIMARY KEY (space, name)
) ${table};
