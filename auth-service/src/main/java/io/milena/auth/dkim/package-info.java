/**
 * DKIM keys (RFC 6376, RFC 8301, RFC 8463): made here, or read in the forms in which other tools keep them. It uses no
 * other room.
 */
package io.milena.auth.dkim;
