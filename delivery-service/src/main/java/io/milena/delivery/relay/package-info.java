/**
 * Relays one message over one connection: to which host, how secured, with which content. May use content, routes,
 * transport security and the conversation with a host.
 */
package io.milena.delivery.relay;
