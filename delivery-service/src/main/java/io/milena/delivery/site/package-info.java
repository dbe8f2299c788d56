/** Sites: queues, limits, connections and rests of hosts that many domains may share. May use routes, shaping, orders and progress; knows nothing of who relays. */
package io.milena.delivery.site;
