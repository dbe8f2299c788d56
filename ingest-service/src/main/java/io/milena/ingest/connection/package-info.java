/**
 * Connections on event loops: this room reads lines and content and carries out session steps, and never blocks. It may
 * use the rooms {@code login}, {@code message}, {@code quota} and {@code tls}.
 */
package io.milena.ingest.connection;
