/**
 * The results for each recipient, as records: outcomes, deferrals and failures, and when a deferral is retried. May use
 * progress and causes of failure.
 */
package io.milena.delivery.outcome;
