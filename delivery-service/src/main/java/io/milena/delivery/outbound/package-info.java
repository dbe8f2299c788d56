/**
 * The way of mail from {@code mail.outbound} to its turn at a site and back: the loop that reads and commits, and the
 * workers that relay. May use sites, the relay, outcomes, progress and orders.
 */
package io.milena.delivery.outbound;
