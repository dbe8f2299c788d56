/**
 * The way back. Two duties, each one thread with one loop: mail that failed becomes a report to its sender (RFC 3464),
 * and a report that came to a return address becomes an outcome. The results of a batch of records are written in one
 * Kafka transaction.
 */
package io.milena.bounce;
