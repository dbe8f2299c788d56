/**
 * The way back. Two duties, each one thread with one loop: mail that failed becomes a report to its sender (RFC 3464), and a
 * report that came to a return address becomes an outcome. Whatever a batch of records comes to is one Kafka transaction.
 */
package io.milena.bounce;
