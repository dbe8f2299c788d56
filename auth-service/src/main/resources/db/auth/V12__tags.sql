-- The values of X-Milena-Tag that an account's mail may have; '*' stands for all. The default stays for replicas of the version before, which do
-- not know the column.
ALTER TABLE account ADD COLUMN tags text[] NOT NULL DEFAULT '{}';
