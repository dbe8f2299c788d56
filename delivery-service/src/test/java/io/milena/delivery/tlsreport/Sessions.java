package io.milena.delivery.tlsreport;

import io.milena.delivery.tls.PublishedPolicy;
import io.milena.delivery.tls.TlsFailure;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Sessions to write reports on. */
final class Sessions {
    static final PublishedPolicy STS = new PublishedPolicy(
            PublishedPolicy.Type.STS,
            "company-y.example",
            List.of("version: STSv1", "mode: testing", "mx: *.mail.company-y.example", "max_age: 86400"),
            List.of("*.mail.company-y.example"));

    private Sessions() {}

    static TlsSession good(String time, String domain, String... rua) {
        return of(time, domain, none(domain), Optional.empty(), rua);
    }

    static TlsSession bad(String time, String domain, TlsFailure.Type type, String why, String... rua) {
        return of(time, domain, none(domain), Optional.of(new TlsFailure(type, why)), rua);
    }

    static TlsSession of(
            String time, String domain, PublishedPolicy policy, Optional<TlsFailure> failure, String... rua) {
        return new TlsSession(
                Instant.parse(time),
                domain,
                List.of(rua),
                policy,
                Optional.of("2001:db8:abcd:12::1"),
                "mx1.mail.company-y.example",
                "203.0.113.56",
                failure);
    }

    private static PublishedPolicy none(String domain) {
        return new PublishedPolicy(PublishedPolicy.Type.NO_POLICY_FOUND, domain, List.of(), List.of());
    }
}
