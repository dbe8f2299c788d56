/** Sending domains: their names, what they publish in DNS, and the proof that one is its owner's. */
package io.milena.auth.domain;
