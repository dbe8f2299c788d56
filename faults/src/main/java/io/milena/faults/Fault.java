package io.milena.faults;

import java.time.Duration;
import java.time.Instant;

/**
 * One fault that a nemesis caused.
 *
 * @param end when its victim worked again
 * @param strikes number of processes that it struck; a message may be repeated that often
 * @param inTransaction messages that the mail hosts were just receiving when it began
 * @param flowing how long after the end the first mail arrived
 */
record Fault(String name, Instant begin, Instant end, int strikes, int inTransaction, Duration flowing) {}
