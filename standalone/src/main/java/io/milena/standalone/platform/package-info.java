/**
 * The parts that one process, a split platform and the commands share: the data directory, secrets, settings and the
 * terminal. Uses the embedded servers' ports and errors, and no other package of standalone.
 */
package io.milena.standalone.platform;
