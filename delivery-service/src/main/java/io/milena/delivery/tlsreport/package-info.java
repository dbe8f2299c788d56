/** TLS reports to domains that ask for them (RFC 8460). May use DNS, transport security, the conversation with a host and HTTP. */
package io.milena.delivery.tlsreport;
