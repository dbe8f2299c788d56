-- How much of TLS an account's mail needs on its way out.
ALTER TABLE account ADD COLUMN tls text NOT NULL DEFAULT 'OPPORTUNISTIC' CHECK (tls IN ('OPPORTUNISTIC', 'REQUIRE', 'VERIFY'));
