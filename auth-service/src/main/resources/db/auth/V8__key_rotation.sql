-- A key signs once its record was seen in DNS; those that there are sign already.
ALTER TABLE dkim_key ADD COLUMN signing boolean NOT NULL DEFAULT true;
ALTER TABLE dkim_key ALTER COLUMN signing DROP DEFAULT;
