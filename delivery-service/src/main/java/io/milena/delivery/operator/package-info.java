/** What an operator sees and does, over REST; {@code ./milena} is a client of it. */
package io.milena.delivery.operator;
