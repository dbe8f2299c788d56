package io.milena.faults;

import java.time.Instant;

/**
 * One fault that a nemesis caused.
 *
 * @param struck when its victims were dead, frozen or cut off
 * @param end when they worked again
 * @param harm as of its nemesis
 * @param inTransaction messages that the mail hosts were just receiving when it began
 */
record Fault(String name, Instant begin, Instant struck, Instant end, Harm harm, int inTransaction) {}
