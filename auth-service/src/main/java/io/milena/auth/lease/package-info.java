/**
 * Shares an account's allowance out to the replicas of ingest, exactly over all of them. It computes only and uses no
 * other room.
 */
package io.milena.auth.lease;
