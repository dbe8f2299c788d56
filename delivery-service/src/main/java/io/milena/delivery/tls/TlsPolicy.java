package io.milena.delivery.tls;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How the connection to one host must be secured, and why. Immutable, thread-safe. */
public sealed interface TlsPolicy {
    /** Name of the policy for a REQUIRETLS message whose recipient's domain publishes nothing (RFC 8689). */
    String REQUIRETLS = "requiretls";

    /** The rule's name in outcomes. */
    String name();

    /** Whether mail may go only over TLS that {@link #judge} accepts. */
    default boolean mandatory() {
        return true;
    }

    /** The problem with the host's certificates, its own first; empty if they are acceptable. */
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

    /** TLS if the host offers it, with any certificate (RFC 7435); otherwise in clear. */
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

    /** TLS with any certificate: a listener on the way learns nothing, an active attacker may. */
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

    /** Judged and reported, but the mail goes in any case (RFC 8461 §5, mode testing). */
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
