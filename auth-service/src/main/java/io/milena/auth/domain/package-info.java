/**
 * Sending domains: the DNS records that they publish, and the look-ups that prove them. It uses the room {@code store}.
 */
package io.milena.auth.domain;
