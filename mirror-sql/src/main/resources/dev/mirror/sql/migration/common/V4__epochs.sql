-- What came of the epochs of before: up to which offset each log is the same as it was then.

CREATE TABLE epochs (
    epoch   ${text} NOT NULL CHECK (length(epoch) BETWEEN 1 AND 64),
    channel ${long} NOT NULL,
    tail    ${long} NOT NULL CHECK (tail >= 0),
    PRIMARY KEY (epoch, channel)
) ${table};
