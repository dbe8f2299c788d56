package io.milena.delivery.tls;

import io.milena.delivery.dns.Dns;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides how a connection to a host must be secured: by the operator's configuration, the message's requirements, and
 * the policy that the recipient's domain publishes. Of the latter DANE (RFC 7672) goes before MTA-STS (RFC 8461 §2).
 * Thread-safe; blocks its virtual thread for DNS and policies.
 */
public final class TlsPolicies {
    private final Dns dns;
    private final Optional<StsPolicies> sts;
    private final Trust trust;
    private final TlsLevel usual;
    private final Map<String, TlsLevel> byDomain;

    /** {@code sts} is absent if MTA-STS is turned off; {@code byDomain} has lower case A-labels. */
    public TlsPolicies(
            Dns dns, Optional<StsPolicies> sts, Trust trust, TlsLevel usual, Map<String, TlsLevel> byDomain) {
        this.dns = dns;
        this.sts = sts;
        this.trust = trust;
        this.usual = usual;
        this.byDomain = Map.copyOf(byDomain);
    }

    /**
     * A host, and how it was found.
     *
     * @param domain the recipient's; empty if the host is a smart host
     * @param proved whether DNSSEC, or the operator, says that this is the right host
     * @param addressesProved whether DNSSEC proves its addresses; without that TLSA records must not be looked up (RFC
     *     7672 §2.2.2)
     * @param owner the name at the end of the host's aliases
     * @param level required by the operator for this host
     */
    public record Host(
            Optional<String> domain,
            String name,
            String owner,
            int port,
            boolean proved,
            boolean addressesProved,
            Optional<TlsLevel> level) {}

    /** A policy, or why no policy allows the message to go to this host. */
    public sealed interface Decision permits Allowed, Forbidden {}

    /**
     * The host may be used under this policy.
     *
     * @param told a problem with the domain's policy that does not delay the mail
     * @param published the domain's policy for its report (RFC 8460); absent if it was not looked up
     */
    public record Allowed(TlsPolicy policy, Optional<TlsFailure> told, Optional<PublishedPolicy> published)
            implements Decision {}

    /**
     * {@code status} begins with 5 if waiting does not help; {@code published} is absent if it is not the domain's
     * policy that forbids.
     */
    public record Forbidden(String status, String policy, TlsFailure failure, Optional<PublishedPolicy> published)
            implements Decision {}

    public Decision decide(Host host, TlsNeed need) {
        var level =
                host.level().orElseGet(() -> host.domain().map(this::configured).orElse(usual));
        if (level == TlsLevel.OFF && need.level().compareTo(TlsLevel.REQUIRE) < 0 && !need.everyHop()) {
            return allowed(new TlsPolicy.Off(), Optional.empty());
        }
        // RFC 8689 §4.2.1: of the two contradictory requests REQUIRETLS counts.
        var published = need.ratherDelivered() && !need.everyHop()
                ? allowed(new TlsPolicy.Opportunistic(), Optional.empty())
                : published(host);
        return switch (published) {
            case Forbidden forbidden -> forbidden;
            case Allowed allowed ->
                need.everyHop()
                        ? everyHop(host, level, allowed)
                        : new Allowed(
                                atLeast(level.orMore(need.level()), allowed.policy(), host),
                                allowed.told(),
                                allowed.published());
        };
    }

    private TlsLevel configured(String domain) {
        return byDomain.getOrDefault(domain, usual);
    }

    private Decision published(Host host) {
        if (host.proved() && host.addressesProved()) {
            var dane = dane(host);
            if (dane.isPresent()) {
                return dane.get();
            }
        }
        return host.domain()
                .filter(domain -> !domain.startsWith("["))
                .flatMap(domain -> sts.map(policies -> sts(policies.of(domain), host)))
                .orElseGet(() -> allowed(new TlsPolicy.Opportunistic(), nothingPublished(host)));
    }

    /** RFC 7672 §2.2: empty if the host has no TLSA records. */
    private Optional<Decision> dane(Host host) {
        // RFC 7672 §2.2.2: first at the end of the aliases, then at the name itself.
        for (var name : host.owner().equalsIgnoreCase(host.name())
                ? List.of(host.name())
                : List.of(host.owner(), host.name())) {
            switch (dns.tlsa(name, host.port())) {
                case Dns.Records<Dns.Tlsa> found
                when found.secure() -> {
                    return Optional.of(allowed(
                            DaneRecords.of(found.records())
                                    .<TlsPolicy>map(records -> new TlsPolicy.Dane(records, names(host, name)))
                                    .orElseGet(() -> new TlsPolicy.Encrypted("dane")),
                            host.domain().map(domain -> PublishedPolicy.of(name, found.records()))));
                }
                // RFC 7672 §2.1.2: otherwise an attacker who blocks the answer could make us go without TLS.
                case Dns.NoAnswer<Dns.Tlsa> failed -> {
                    return Optional.of(new Forbidden(
                            "4.7.5",
                            "dane",
                            new TlsFailure(
                                    TlsFailure.Type.DNSSEC_INVALID,
                                    "DNS gives no answer for the TLSA records of " + name + ": " + failed.reason()),
                            host.domain().map(domain -> PublishedPolicy.of(name, List.of()))));
                }
                case Dns.Records<Dns.Tlsa> unproved -> {}
                case Dns.NoSuchName<Dns.Tlsa> none -> {}
                case Dns.NoRecords<Dns.Tlsa> none -> {}
            }
        }
        return Optional.empty();
    }

    // RFC 7672 §3.2.3.
    private static Set<String> names(Host host, String base) {
        var names = new LinkedHashSet<String>();
        names.add(base);
        names.add(host.name());
        host.domain().ifPresent(names::add);
        return Set.copyOf(names);
    }

    private Decision sts(StsPolicies.Found found, Host host) {
        var policy = found.policy();
        if (policy.isEmpty() || !policy.get().enforced() && !policy.get().tested()) {
            return new Allowed(new TlsPolicy.Opportunistic(), found.failure(), nothingPublished(host));
        }
        var published = policy.map(PublishedPolicy::of);
        var verified = new TlsPolicy.Verified("sts", Set.of(host.name()), trust);
        if (policy.get().holds(host.name())) {
            return new Allowed(
                    policy.get().enforced() ? verified : new TlsPolicy.Tested(verified), found.failure(), published);
        }
        var stranger = new TlsFailure(
                TlsFailure.Type.VALIDATION_FAILURE,
                host.name() + " is none of the hosts in the MTA-STS policy of "
                        + policy.get().domain());
        return policy.get().enforced()
                ? new Forbidden("4.7.5", "sts", stranger, published)
                : new Allowed(new TlsPolicy.Opportunistic(), Optional.of(stranger), published);
    }

    /** The stricter of a policy and a level. */
    private TlsPolicy atLeast(TlsLevel level, TlsPolicy policy, Host host) {
        return switch (policy) {
            case TlsPolicy.Dane dane -> dane;
            case TlsPolicy.Verified verified -> verified;
            case TlsPolicy.Encrypted encrypted -> level == TlsLevel.VERIFY ? verified(host) : encrypted;
            case TlsPolicy.Tested tested -> stricter(level, tested, host);
            case TlsPolicy.Opportunistic opportunistic -> stricter(level, opportunistic, host);
            case TlsPolicy.Off off -> stricter(level, off, host);
        };
    }

    private TlsPolicy stricter(TlsLevel level, TlsPolicy policy, Host host) {
        return switch (level) {
            case OFF, OPPORTUNISTIC -> policy;
            case REQUIRE -> new TlsPolicy.Encrypted("require");
            case VERIFY -> verified(host);
        };
    }

    private TlsPolicy verified(Host host) {
        return new TlsPolicy.Verified("verify", names(host, host.name()), trust);
    }

    /** RFC 8689 §4.2.1: DNSSEC or MTA-STS must prove the host's name, and DANE or a trusted root its certificate. */
    private Decision everyHop(Host host, TlsLevel level, Allowed published) {
        return switch (published.policy()) {
            case TlsPolicy.Dane dane -> published;
            case TlsPolicy.Verified verified -> published;
            case TlsPolicy other
            when host.proved() && (host.domain().isPresent() || level == TlsLevel.VERIFY) ->
                allowed(
                        new TlsPolicy.Verified(TlsPolicy.REQUIRETLS, Set.of(host.name()), trust),
                        published.published());
            // A policy that could not be obtained now may prove it later.
            case TlsPolicy other
            when published.told().filter(TlsPolicies::isUnknown).isPresent() ->
                new Forbidden("4.7.5", TlsPolicy.REQUIRETLS, published.told().get(), published.published());
            case TlsPolicy other ->
                new Forbidden(
                        "5.7.30",
                        TlsPolicy.REQUIRETLS,
                        new TlsFailure(
                                TlsFailure.Type.VALIDATION_FAILURE,
                                "nothing proves that " + host.name()
                                        + " is the right host, as REQUIRETLS asks for (neither DNSSEC nor MTA-STS)"),
                        Optional.empty());
        };
    }

    private static boolean isUnknown(TlsFailure failure) {
        return switch (failure.type()) {
            case STS_POLICY_FETCH_ERROR, STS_POLICY_INVALID, STS_WEBPKI_INVALID -> true;
            default -> false;
        };
    }

    private static Optional<PublishedPolicy> nothingPublished(Host host) {
        return host.domain().map(PublishedPolicy::none);
    }

    private static Allowed allowed(TlsPolicy policy, Optional<PublishedPolicy> published) {
        return new Allowed(policy, Optional.empty(), published);
    }
}
