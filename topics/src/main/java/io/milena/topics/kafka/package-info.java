/**
 * How we use Kafka: clients, loops, transactions, views, topics and their limits, and whether loops make progress. May
 * use the records of io.milena.topics.
 */
package io.milena.topics.kafka;
