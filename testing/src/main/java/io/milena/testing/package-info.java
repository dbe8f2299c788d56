/**
 * Surroundings that the tests of several modules, the bench and the faults share: free ports, a name server, and a
 * platform as a process. Nothing here knows the classes of a service or Kafka, and production code never depends on it.
 */
package io.milena.testing;
