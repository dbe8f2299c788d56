-- Any number of accounts may register a domain, until one of them has proved it.
ALTER TABLE dkim_key DROP CONSTRAINT dkim_key_domain_fkey;
ALTER TABLE domain DROP CONSTRAINT domain_pkey;
ALTER TABLE domain ADD CONSTRAINT domain_pkey PRIMARY KEY (name, account);
CREATE UNIQUE INDEX domain_verified ON domain (name) WHERE verified;

ALTER TABLE dkim_key ADD COLUMN account text;
UPDATE dkim_key SET account = domain.account FROM domain WHERE domain.name = dkim_key.domain;
ALTER TABLE dkim_key ALTER COLUMN account SET NOT NULL;
ALTER TABLE dkim_key DROP CONSTRAINT dkim_key_pkey;
ALTER TABLE dkim_key ADD CONSTRAINT dkim_key_pkey PRIMARY KEY (domain, account, selector);
ALTER TABLE dkim_key ADD CONSTRAINT dkim_key_domain_fkey
    FOREIGN KEY (domain, account) REFERENCES domain (name, account) ON DELETE CASCADE;
