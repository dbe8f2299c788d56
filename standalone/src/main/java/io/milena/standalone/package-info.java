/**
 * The whole platform from one command: in one process, or each part in its own. This package only wires the others
 * together.
 */
package io.milena.standalone;
