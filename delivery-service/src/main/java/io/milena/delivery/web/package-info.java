/** HTTP to strangers, with addresses that are looked at first. May use DNS. */
package io.milena.delivery.web;
