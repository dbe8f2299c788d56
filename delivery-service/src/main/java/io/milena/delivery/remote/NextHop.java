package io.milena.delivery.remote;

import io.milena.delivery.egress.EgressSource;
import io.milena.delivery.tls.TlsFailure;
import io.milena.delivery.tls.TlsPolicy;
import java.util.Optional;

/**
 * One address of one host, and how it is to be spoken to.
 *
 * @param login who we are there, if it wants to know
 * @param everyHop whether it has to promise the same of the next (REQUIRETLS, RFC 8689 §4.2.1)
 * @param told what did not work out about its domain's policy
 * @param source whence we come, and who we are
 */
public record NextHop(
        RemoteHost host,
        Protocol protocol,
        TlsPolicy tls,
        Optional<Login> login,
        boolean everyHop,
        Optional<TlsFailure> told,
        EgressSource source) {
    /** How it is spoken to. */
    public enum Protocol {
        SMTP,
        /** TLS from the first octet (RFC 8314 §3.3). */
        SMTPS,
        /** RFC 2033. */
        LMTP
    }
}
