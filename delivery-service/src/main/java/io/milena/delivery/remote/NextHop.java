package io.milena.delivery.remote;

import io.milena.delivery.egress.EgressSource;
import io.milena.delivery.tls.TlsFailure;
import io.milena.delivery.tls.TlsPolicy;
import java.util.Optional;

/**
 * One address of one host, and how to talk to it.
 *
 * @param login our login there, if the host asks for one
 * @param everyHop whether it must offer REQUIRETLS (RFC 8689 §4.2.1)
 * @param told a problem with the policy of its domain
 * @param source our source: address and name
 */
public record NextHop(
        RemoteHost host,
        Protocol protocol,
        TlsPolicy tls,
        Optional<Login> login,
        boolean everyHop,
        Optional<TlsFailure> told,
        EgressSource source) {
    /** The protocol. */
    public enum Protocol {
        SMTP,
        /** TLS from the first octet (RFC 8314 §3.3). */
        SMTPS,
        /** RFC 2033. */
        LMTP
    }
}
