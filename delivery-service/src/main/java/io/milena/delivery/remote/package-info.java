/**
 * The client side of SMTP: one conversation with one host, as straight-line code. May use egress and transport
 * security.
 */
package io.milena.delivery.remote;
