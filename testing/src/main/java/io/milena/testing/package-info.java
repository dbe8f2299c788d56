/**
 * Surroundings that the tests of several modules and the bench share: free ports and a name server. Nothing here
 * knows a service or Kafka, and production code never depends on it.
 */
package io.milena.testing;
