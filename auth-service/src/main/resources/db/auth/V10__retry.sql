-- When an account's mail is tried again, and for how long, in seconds. Null: as the platform has it.
ALTER TABLE account ADD COLUMN retry_delays integer[]
    CHECK (cardinality(retry_delays) BETWEEN 1 AND 10 AND 1 <= ALL (retry_delays) AND 86400 >= ALL (retry_delays));
ALTER TABLE account ADD COLUMN queue_lifetime bigint CHECK (queue_lifetime >= 60);
