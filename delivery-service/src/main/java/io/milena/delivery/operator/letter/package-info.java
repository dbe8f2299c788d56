/** Dead letters over REST: listed, shown, replayed, discarded. May use what the interfaces share. */
package io.milena.delivery.operator.letter;
