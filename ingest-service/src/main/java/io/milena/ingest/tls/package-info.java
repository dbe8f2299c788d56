/** Certificates for SMTP: read from files, made, chosen by name. Uses no other package. */
package io.milena.ingest.tls;
