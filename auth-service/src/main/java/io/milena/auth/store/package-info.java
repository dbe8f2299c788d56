/** The tables, as Panache entities, and the outbox that carries every change to the directory topics. */
package io.milena.auth.store;
