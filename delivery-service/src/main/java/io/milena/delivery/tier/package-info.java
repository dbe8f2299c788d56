/** Delay topics: what is due comes back, and flushes. May use outcomes, progress, routes, sites and orders. */
package io.milena.delivery.tier;
