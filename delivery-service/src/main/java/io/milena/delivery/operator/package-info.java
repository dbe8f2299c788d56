/** Shared parts of the operators' interfaces. Uses no other package. */
package io.milena.delivery.operator;
