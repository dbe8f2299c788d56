-- What auth-service owns. Every change also writes outbox rows in its transaction, and those become the directory topics.

CREATE TABLE account (
    id         text PRIMARY KEY CHECK (id ~ '^[a-z0-9]{1,20}$'),
    name       text NOT NULL,
    status     text NOT NULL CHECK (status IN ('ACTIVE', 'SUSPENDED')),
    created_at timestamptz NOT NULL
);

CREATE TABLE credential (
    id         text PRIMARY KEY CHECK (id ~ '^[a-z0-9]{1,20}$'),
    account    text NOT NULL REFERENCES account,
    type       text NOT NULL CHECK (type IN ('API_KEY', 'PASSWORD')),
    username   text NOT NULL,
    -- API key: SHA-256 in hex; password: Argon2id in PHC form.
    secret     text NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX credential_account ON credential (account);
CREATE UNIQUE INDEX credential_api_key ON credential (secret) WHERE type = 'API_KEY';
CREATE UNIQUE INDEX credential_username ON credential (username) WHERE type = 'PASSWORD';

CREATE TABLE domain (
    -- A-labels in lower case: the key of the topic, so one account has it.
    name               text PRIMARY KEY,
    account            text NOT NULL REFERENCES account,
    verified           boolean NOT NULL,
    verification_token text NOT NULL,
    created_at         timestamptz NOT NULL
);
CREATE INDEX domain_account ON domain (account);

CREATE TABLE dkim_key (
    domain      text NOT NULL REFERENCES domain ON DELETE CASCADE,
    selector    text NOT NULL,
    algorithm   text NOT NULL CHECK (algorithm IN ('rsa', 'ed25519')),
    -- Base64: PKCS#8, and the form of p= in the key record.
    private_key text NOT NULL,
    public_key  text NOT NULL,
    PRIMARY KEY (domain, selector)
);

CREATE TABLE outbox (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic      text NOT NULL,
    key        text NOT NULL,
    -- JSON; null is a tombstone.
    value      text,
    created_at timestamptz NOT NULL DEFAULT now()
);
