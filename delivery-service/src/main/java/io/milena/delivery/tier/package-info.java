/** Delay topics: due mail returns, and flushes are served. May use outcomes, progress, routes, sites and orders. */
package io.milena.delivery.tier;
