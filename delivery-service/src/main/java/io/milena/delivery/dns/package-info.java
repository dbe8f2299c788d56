/** Names and addresses, with DNSSEC where it is asked for. Uses no other package. */
package io.milena.delivery.dns;
