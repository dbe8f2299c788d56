/** Transport security: DANE, MTA-STS, and the judgement of certificates. May use DNS and HTTP. */
package io.milena.delivery.tls;
