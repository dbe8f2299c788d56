-- A key signs once its record was seen in DNS; those that there are sign already. The default stays for replicas of the version before, which do
-- not know the column.
ALTER TABLE dkim_key ADD COLUMN signing boolean NOT NULL DEFAULT true;
