/**
 * {@code up --split}: every part is a process of its own, and one process supervises them. It uses the postbox and {@code platform}.
 */
package io.milena.standalone.split;
