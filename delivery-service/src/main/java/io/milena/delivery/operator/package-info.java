/** The parts that the interfaces for operators share. Uses no other package. */
package io.milena.delivery.operator;
