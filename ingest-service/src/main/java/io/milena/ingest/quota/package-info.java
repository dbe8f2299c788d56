/**
 * The limits of accounts: this room admits messages of a day and of a rate by leases from auth-service. It may use the
 * room {@code login} for the client of auth-service.
 */
package io.milena.ingest.quota;
