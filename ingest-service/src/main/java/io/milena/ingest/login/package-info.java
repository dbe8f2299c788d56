/**
 * The identity of clients and the rights of their accounts: this room asks auth-service, or reads the directory in
 * memory. It may use the room {@code message}.
 */
package io.milena.ingest.login;
