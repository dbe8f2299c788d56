/** From which address mail leaves: sources, pools, warm-up, proxies. Uses no other package. */
package io.milena.delivery.egress;
