/**
 * What travels on the topics, and how the topics are made: the public contract between the services. Every
 * record of mail is the content's bytes as value and one JSON header for its envelope; unknown fields are ignored, so
 * that old and new replicas run side by side.
 */
package io.milena.topics;
