/**
 * The records on the topics, the public contract between the services. Every record of mail has the content's octets as
 * value and one JSON header for its envelope; unknown fields are ignored, so that old and new replicas can run side by
 * side.
 */
package io.milena.topics;
