/**
 * Certificates for SMTP: this room reads them from files, makes them and chooses them by name. It uses no other room.
 */
package io.milena.ingest.tls;
