/** The whole platform from one command: in one process, or each part as its own. Composition and configuration only. */
package io.milena.standalone;
