/** How much mail may go to a site: the shaping file and its rules. May use levels of transport security. */
package io.milena.delivery.shaping;
