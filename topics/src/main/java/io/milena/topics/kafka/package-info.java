/** How we use Kafka: clients, loops, transactions, views, topics and their limits, and whether all that gets on. May use what travels on the topics. */
package io.milena.topics.kafka;
