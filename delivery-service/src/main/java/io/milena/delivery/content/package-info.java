/** The octets that are sent: header section, body from Kafka, DKIM signatures. May use the conversation with a host. */
package io.milena.delivery.content;
