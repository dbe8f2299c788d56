/** What operators and rules have ordered for a time, on all replicas. May use shaping. */
package io.milena.delivery.order;
