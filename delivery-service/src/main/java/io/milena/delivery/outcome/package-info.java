/** What became of each recipient, as records: outcomes, deferrals and failures, and when a deferral is tried again. May use progress and causes of failure. */
package io.milena.delivery.outcome;
