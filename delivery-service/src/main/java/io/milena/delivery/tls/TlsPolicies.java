package io.milena.delivery.tls;

import io.milena.delivery.dns.Dns;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides how a connection to a host is to be secured: by what the operator configured, what the message asks for, and what the recipient's domain
 * publishes; of the two kinds of that DANE (RFC 7672) goes before MTA-STS (RFC 8461 §2). Thread-safe; blocks its virtual thread for DNS and policies.
 */
public final class TlsPolicies {
    private final Dns dns;
    private final Optional<StsPolicies> sts;
    private final Trust trust;
    private final TlsLevel usual;
    private final Map<String, TlsLevel> byDomain;

    /** {@code sts} is absent where MTA-STS is turned off; {@code byDomain} has lower case A-labels. */
    public TlsPolicies(
            Dns dns, Optional<StsPolicies> sts, Trust trust, TlsLevel usual, Map<String, TlsLevel> byDomain) {
        this.dns = dns;
        this.sts = sts;
        this.trust = trust;
        this.usual = usual;
        this.byDomain = Map.copyOf(byDomain);
    }

    /**
     * A host, and how we came to it.
     *
     * @param domain the recipient's; empty where the host is a smart host
     * @param proved whether DNSSEC, or the operator, says that this is the host to go to
     * @param addressesProved whether DNSSEC proves its addresses: without that nobody may ask for TLSA records (RFC 7672 §2.2.2)
     * @param owner the name at the end of the host's aliases
     * @param level asked for by the operator for this host
     */
    public record Host(
            Optional<String> domain,
            String name,
            String owner,
            int port,
            boolean proved,
            boolean addressesProved,
            Optional<TlsLevel> level) {}

    /** A policy, or why there is none under which the message could go to this host. */
    public sealed interface Decision permits Allowed, Forbidden {}

    /**
     * How the host may be met.
     *
     * @param told something about the domain's policy that did not work out, and that holds nothing up
     * @param published what the domain is to be told about in a report (RFC 8460); absent where its policy was not looked at
     */
    public record Allowed(TlsPolicy policy, Optional<TlsFailure> told, Optional<PublishedPolicy> published)
            implements Decision {}

    /** {@code status} begins with 5 if it can't be better later; {@code published} is absent where it is not the domain's policy that forbids. */
    public record Forbidden(String status, String policy, TlsFailure failure, Optional<PublishedPolicy> published)
            implements Decision {}

    public Decision decide(Host host, TlsNeed need) {
        var level =
                host.level().orElseGet(() -> host.domain().map(this::configured).orElse(usual));
        if (level == TlsLevel.OFF && need.level().compareTo(TlsLevel.REQUIRE) < 0 && !need.everyHop()) {
            return allowed(new TlsPolicy.Off(), Optional.empty());
        }
        // RFC 8689 §4.2.1: of the two that contradict each other REQUIRETLS counts.
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

    /** RFC 7672 §2.2: empty where the host has no TLSA records. */
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
                // RFC 7672 §2.1.2: whoever keeps the answer back could have us go without.
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

    /** RFC 8689 §4.2.1: the host's name has to be proved by DNSSEC or MTA-STS, and its certificate by DANE or a trusted root. */
    private Decision everyHop(Host host, TlsLevel level, Allowed published) {
        return switch (published.policy()) {
            case TlsPolicy.Dane dane -> published;
            case TlsPolicy.Verified verified -> published;
            case TlsPolicy other
            when host.proved() && (host.domain().isPresent() || level == TlsLevel.VERIFY) ->
                allowed(
                        new TlsPolicy.Verified(TlsPolicy.REQUIRETLS, Set.of(host.name()), trust),
                        published.published());
            // What could not be asked for may prove it another time.
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
