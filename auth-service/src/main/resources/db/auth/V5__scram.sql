-- What SCRAM-SHA-256 (RFC 7677) compares with, in base64; null where the secret was made before.
ALTER TABLE credential ADD COLUMN scram_salt text;
ALTER TABLE credential ADD COLUMN scram_iterations integer;
ALTER TABLE credential ADD COLUMN scram_stored_key text;
ALTER TABLE credential ADD COLUMN scram_server_key text;
