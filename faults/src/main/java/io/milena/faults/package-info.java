/**
 * {@code ./milena faults}: a platform in parts under load and faults, and a check that each promise was kept. It knows
 * the platform by its ports, its pid files and its topics only.
 */
package io.milena.faults;
