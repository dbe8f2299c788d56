/**
 * auth-service: accounts, credentials and sending domains in PostgreSQL, and what every replica of the platform has to know of them on
 * the directory topics.
 */
package io.milena.auth;
