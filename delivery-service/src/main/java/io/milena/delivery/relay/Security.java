package io.milena.delivery.relay;

import io.milena.delivery.remote.Cause;
import io.milena.delivery.remote.NextHop;
import io.milena.delivery.route.Routing;
import io.milena.delivery.route.Way;
import io.milena.delivery.tls.PublishedPolicy;
import io.milena.delivery.tls.TlsLevel;
import io.milena.delivery.tls.TlsPolicies;
import io.milena.delivery.tls.TlsPolicy;
import java.util.Optional;

/**
 * Decides how to talk to a host of a way: with which login, and under which TLS policy. Thread-safe; blocks its virtual
 * thread.
 */
public record Security(TlsPolicies policies, SmartHosts smartHosts) {
    /** The hop, or why the message cannot go there. */
    sealed interface Decision permits Allowed, Forbidden {}

    /** {@code published}: the domain's policy for its TLS report, if there is one. */
    record Allowed(NextHop hop, Optional<PublishedPolicy> published) implements Decision {}

    record Forbidden(Cause.Insecure cause, Optional<PublishedPolicy> published) implements Decision {}

    /** {@code atSite}: the site's TLS level, unless something asks for more. */
    Decision decide(Way way, Routing.Candidate candidate, TlsLevel atSite) {
        var host = candidate.host();
        boolean exchanger = !way.domain().isEmpty();
        var decision = policies.decide(
                new TlsPolicies.Host(
                        exchanger ? Optional.of(way.domain()) : Optional.empty(),
                        host.name(),
                        candidate.owner(),
                        host.port(),
                        candidate.proved(),
                        candidate.addressProved(),
                        exchanger ? Optional.empty() : smartHosts.level(host.name())),
                atSite == TlsLevel.OFF ? way.need() : way.need().atLeast(atSite));
        return switch (decision) {
            case TlsPolicies.Allowed allowed ->
                new Allowed(
                        new NextHop(
                                host,
                                candidate.protocol(),
                                atSite == TlsLevel.OFF && allowed.policy() instanceof TlsPolicy.Opportunistic
                                        ? new TlsPolicy.Off()
                                        : allowed.policy(),
                                exchanger ? Optional.empty() : smartHosts.login(host.name()),
                                way.need().everyHop(),
                                allowed.told(),
                                way.source()),
                        allowed.published());
            case TlsPolicies.Forbidden forbidden ->
                new Forbidden(
                        new Cause.Insecure(
                                Optional.of(host), forbidden.status(), forbidden.policy(), forbidden.failure()),
                        forbidden.published());
        };
    }
}
