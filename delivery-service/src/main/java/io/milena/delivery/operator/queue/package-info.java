/** Queues and single messages over REST. May use the other interfaces, sites, orders and progress. */
package io.milena.delivery.operator.queue;
