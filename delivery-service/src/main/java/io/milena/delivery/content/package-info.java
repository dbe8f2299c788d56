/** The content that is sent: header section, body from Kafka, DKIM signatures. May use the conversation with a host. */
package io.milena.delivery.content;
