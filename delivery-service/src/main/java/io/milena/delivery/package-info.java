/** delivery-service: its settings, and the wiring of its parts. May use every package below; nothing uses it. */
package io.milena.delivery;
