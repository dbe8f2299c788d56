-- Credentials without a secret of ours: an identity provider says who it is, or the client has a certificate, whose hash is the user name.
ALTER TABLE credential DROP CONSTRAINT credential_type_check;
ALTER TABLE credential ADD CONSTRAINT credential_type_check CHECK (type IN ('API_KEY', 'PASSWORD', 'OAUTH', 'CERTIFICATE'));
ALTER TABLE credential ALTER COLUMN secret DROP NOT NULL;
DROP INDEX credential_username;
CREATE UNIQUE INDEX credential_username ON credential (type, username) WHERE type <> 'API_KEY';
