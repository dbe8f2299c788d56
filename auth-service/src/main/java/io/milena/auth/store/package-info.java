/**
 * The tables, as Panache entities, and the outbox that carries every change to the directory topics. It uses the rooms
 * {@code secret} and {@code dkim}.
 */
package io.milena.auth.store;
