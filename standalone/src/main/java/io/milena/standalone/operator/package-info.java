/** The commands of {@code ./milena} that ask a running platform over REST. A new one is one class, and a line in {@code Commands}. */
package io.milena.standalone.operator;
