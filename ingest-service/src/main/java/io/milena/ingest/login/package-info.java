/** Who a client is, and what its account may: asked of auth-service, or read from the directory in memory. May use messages' policies. */
package io.milena.ingest.login;
