/** Where mail goes: routes, MX hosts, egress pools. May use DNS, egress, orders and transport security. */
package io.milena.delivery.route;
