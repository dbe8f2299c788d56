/**
 * Tokens: the one that ingest presents to this service, and those that an identity provider signs for users. It uses
 * the room {@code secret}.
 */
package io.milena.auth.token;
