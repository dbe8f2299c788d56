/**
 * The whole platform from one command: in one process, or each part as its own. This package only wires the others together; composition and configuration.
 */
package io.milena.standalone;
