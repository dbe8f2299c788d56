-- How urgent an account's mail is where it does not say so itself.
ALTER TABLE account ADD COLUMN priority text NOT NULL DEFAULT 'NORMAL' CHECK (priority IN ('BULK', 'NORMAL', 'TRANSACTIONAL'));
