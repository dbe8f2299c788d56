/** Splits mail for several domains into one record for each. May use outcomes and progress. */
package io.milena.delivery.fanout;
