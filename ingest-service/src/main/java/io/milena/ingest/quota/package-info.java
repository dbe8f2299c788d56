/** How much an account may submit: what this replica may admit of a day's messages and of a rate, by leases from auth-service. May use the client of auth-service. */
package io.milena.ingest.quota;
