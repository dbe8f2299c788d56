/** {@code up --split}: every part a process of its own, looked after by one that does nothing else. */
package io.milena.standalone.split;
