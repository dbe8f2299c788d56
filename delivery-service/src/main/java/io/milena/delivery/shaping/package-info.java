/** How much may go to a site: the file that says so, and its rules. May use levels of transport security. */
package io.milena.delivery.shaping;
