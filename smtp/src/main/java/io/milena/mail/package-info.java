/**
 * The content of mail as values: header fields, canonical forms, DKIM, MIME (RFC 5322, RFC 6376, RFC 2045). No I/O, no
 * framework.
 */
package io.milena.mail;
