/**
 * Shared parts of the services' REST interfaces: the administrator's token, problem documents, and the form of lists.
 */
package io.milena.operator;
