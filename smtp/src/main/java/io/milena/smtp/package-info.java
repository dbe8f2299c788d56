/** SMTP as values: commands, paths, replies, codes and the dot encoding (RFC 5321). No I/O, no clock, no framework. */
package io.milena.smtp;
