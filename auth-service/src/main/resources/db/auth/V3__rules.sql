-- What an account may do, and where a credential is good.
ALTER TABLE account ADD COLUMN verified_senders_only boolean NOT NULL DEFAULT false;
ALTER TABLE account ADD COLUMN add_sender boolean NOT NULL DEFAULT false;
-- Null: no limit.
ALTER TABLE account ADD COLUMN messages_per_day bigint CHECK (messages_per_day >= 0);
ALTER TABLE account ADD COLUMN messages_per_second integer CHECK (messages_per_second > 0);

-- CIDRs; none: good from everywhere.
ALTER TABLE credential ADD COLUMN networks text[] NOT NULL DEFAULT '{}';
