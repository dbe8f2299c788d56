package io.milena.faults;

import java.util.Optional;

/**
 * A kill at a chosen moment.
 *
 * @param name of the fault
 * @param beforeCommit whether the transaction that showed the moment came to nothing; empty if that is not known
 */
record Moment(String name, Optional<Boolean> beforeCommit) {}
