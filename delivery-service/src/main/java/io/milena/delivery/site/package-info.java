/**
 * Sites: queues, limits, connections and rests of hosts that many domains may share. May use routes, shaping, orders
 * and progress, but not the relay.
 */
package io.milena.delivery.site;
