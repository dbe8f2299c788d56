/** The client side of SMTP: one conversation with one host, straight down. May use egress and transport security. */
package io.milena.delivery.remote;
