/** What the REST interfaces of the services have in common: who may use them, how they refuse, and what lists look like. */
package io.milena.operator;
