/** Orders, flushes and shaping over REST. May use orders, routes, shaping and egress. */
package io.milena.delivery.operator.order;
