/** Who may have how much of an account's allowance: exact over all replicas of ingest. */
package io.milena.auth.lease;
