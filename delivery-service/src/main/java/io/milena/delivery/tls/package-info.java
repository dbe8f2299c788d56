/** Transport security: DANE, MTA-STS, and what a certificate proves. May use DNS and HTTP. */
package io.milena.delivery.tls;
