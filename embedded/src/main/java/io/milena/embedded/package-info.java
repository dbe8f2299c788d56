/** Kafka and PostgreSQL from Maven Central, run without an installation: for standalone, the tests and {@code up --split}. */
package io.milena.embedded;
