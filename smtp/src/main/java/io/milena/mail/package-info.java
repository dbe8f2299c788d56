/** The content of mail as values: header fields, canonical forms, DKIM (RFC 5322, RFC 6376). No I/O, no framework. */
package io.milena.mail;
