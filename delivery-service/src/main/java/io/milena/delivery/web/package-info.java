/** HTTP to strangers, whose addresses are checked first. May use DNS. */
package io.milena.delivery.web;
