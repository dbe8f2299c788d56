/**
 * auth-service: accounts, credentials and sending domains in PostgreSQL, published to every replica of the platform on
 * the directory topics. This room starts and stops the service and makes the parts that settings shape; it may use all
 * others, and none uses it.
 */
package io.milena.auth;
