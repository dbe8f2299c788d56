/**
 * Dead letters over REST: listed, shown, replayed, discarded. May use the shared parts of the operators' interfaces.
 */
package io.milena.delivery.operator.letter;
