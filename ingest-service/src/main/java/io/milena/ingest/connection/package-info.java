/** Connections on event loops: reads lines and content, and does what a session step says. May use logins, messages, quotas and TLS; nothing here blocks. */
package io.milena.ingest.connection;
