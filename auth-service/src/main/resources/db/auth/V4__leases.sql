-- What each replica of ingest holds of an account's allowance. A day's rows stay until the day is over: what was used of them is used up.
CREATE TABLE lease (
    account  text NOT NULL REFERENCES account,
    -- 'day' or 'second'; the day it is, in UTC, or nothing.
    measure  text NOT NULL,
    period   text NOT NULL,
    replica  text NOT NULL,
    -- Of the replica's requests: one that comes late must not undo a later one.
    sequence bigint NOT NULL,
    held     bigint NOT NULL,
    wanted   bigint NOT NULL,
    until    timestamptz NOT NULL,
    PRIMARY KEY (account, measure, period, replica)
);
