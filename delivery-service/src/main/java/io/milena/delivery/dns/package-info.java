/** Names and addresses, with DNSSEC if configured. Uses no other package. */
package io.milena.delivery.dns;
