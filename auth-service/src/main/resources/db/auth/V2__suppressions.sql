-- Addresses that get no mail from an account, in lower case.
CREATE TABLE suppression (
    account    text NOT NULL REFERENCES account,
    address    text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (account, address)
);
