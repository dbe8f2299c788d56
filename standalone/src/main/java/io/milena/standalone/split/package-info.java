/**
 * {@code up --split}: every part runs in a process of its own, and one process supervises them. Uses the postbox and
 * {@code platform}.
 */
package io.milena.standalone.split;
