package io.milena.delivery.tls;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How the connection to one host is to be secured, and why. Immutable, thread-safe. */
public sealed interface TlsPolicy {
    /** The name of what a message asks for whose recipient's domain publishes nothing (RFC 8689). */
    String REQUIRETLS = "requiretls";

    /** Where the rule comes from, as outcomes tell it. */
    String name();

    /** Whether there is no mail without TLS that {@link #judge} finds good. */
    default boolean mandatory() {
        return true;
    }

    /** What is wrong with the certificates that the host showed, its own first; empty if they will do. */
    default Optional<TlsFailure> judge(List<X509Certificate> chain) {
        return Optional.empty();
    }

    /** In clear, always. */
    record Off() implements TlsPolicy {
        @Override
        public String name() {
            return "off";
        }

        @Override
        public boolean mandatory() {
            return false;
        }
    }

    /** TLS where the host has it, whatever its certificate (RFC 7435); else in clear. */
    record Opportunistic() implements TlsPolicy {
        @Override
        public String name() {
            return "opportunistic";
        }

        @Override
        public boolean mandatory() {
            return false;
        }
    }

    /** TLS, whatever the certificate: who listens on the way hears nothing, who stands in it may. */
    record Encrypted(String name) implements TlsPolicy {}

    /** A certificate that leads to a trusted root and names the host. */
    record Verified(String name, Set<String> names, Trust trust) implements TlsPolicy {
        @Override
        public Optional<TlsFailure> judge(List<X509Certificate> chain) {
            return trust.judge(chain).or(() -> HostNames.judge(chain.getFirst(), names));
        }
    }

    /** A certificate that the host's own DNS zone vouches for (RFC 7672). */
    record Dane(DaneRecords records, Set<String> names) implements TlsPolicy {
        @Override
        public String name() {
            return "dane";
        }

        @Override
        public Optional<TlsFailure> judge(List<X509Certificate> chain) {
            return records.judge(chain, names);
        }
    }

    /** Judged and told, but the mail goes whatever comes of it (RFC 8461 §5, mode testing). */
    record Tested(TlsPolicy policy) implements TlsPolicy {
        @Override
        public String name() {
            return policy.name() + "-testing";
        }

        @Override
        public boolean mandatory() {
            return false;
        }

        @Override
        public Optional<TlsFailure> judge(List<X509Certificate> chain) {
            return policy.judge(chain);
        }
    }
}
