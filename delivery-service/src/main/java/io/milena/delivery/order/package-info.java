/** Orders of operators and rules for a time, on all replicas. May use shaping. */
package io.milena.delivery.order;
