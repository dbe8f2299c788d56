package io.milena.delivery.route;

import io.milena.delivery.dns.Dns;
import io.milena.delivery.dns.NetworkPolicy;
import io.milena.delivery.egress.EgressSource;
import io.milena.delivery.remote.NextHop;
import io.milena.delivery.remote.RemoteHost;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Finds the hosts of a route. These are smart hosts in their order; or for a domain (RFC 5321 §5.1, RFC 7505) an
 * address literal, or MX records by preference, equal ones shuffled; without MX the domain's own addresses. Blocks its
 * virtual thread.
 */
public final class MailExchangers {
    /** Most addresses that are tried in one attempt. */
    private static final int MAX_ADDRESSES = 5;
    /** Most names that are looked up. */
    private static final int MAX_HOSTS = 10;

    private final Dns dns;
    private final NetworkPolicy policy;
    private final RandomGenerator random;
    private final int remotePort;
    private final String hostname;

    /** Hosts by preference, before they are shuffled for one attempt. */
    private record Found(List<List<Routing.Candidate>> byPreference, Routing.Nowhere otherwise) {}

    public MailExchangers(Dns dns, NetworkPolicy policy, RandomGenerator random, int remotePort, String hostname) {
        this.dns = dns;
        this.policy = policy;
        this.random = random;
        this.remotePort = remotePort;
        this.hostname = hostname;
    }

    /** The hosts for one attempt for a domain, of the families that the source has. */
    public Routing find(String domain, EgressSource source) {
        return routing(lookUp(domain), source);
    }

    /** The MX hosts of a domain, in lower case; the domain itself if it names none or DNS gives no answer. */
    public List<String> names(String domain) {
        var none = List.of(domain);
        if (!domain.startsWith("[") && dns.mailExchangers(domain) instanceof Dns.Records<Dns.Exchanger> records) {
            var names = records.records().stream()
                    .map(mx -> mx.host().toLowerCase(Locale.ROOT))
                    .filter(host -> !host.isEmpty())
                    .toList();
            return names.isEmpty() ? none : names;
        }
        return none;
    }

    private static boolean isNullMx(Dns.Records<Dns.Exchanger> records) {
        return records.records().size() == 1
                && records.records().getFirst().host().isEmpty();
    }

    /** The hosts for one attempt over smart hosts, of the families that the source has. */
    public Routing find(Route.SmartHosts smartHosts, EgressSource source) {
        // The operator chose them, so the network policy does not apply.
        var byPreference = new ArrayList<List<Routing.Candidate>>();
        for (var smartHost : smartHosts.hosts()) {
            if (dns.addresses(smartHost.host()) instanceof Dns.Records<InetAddress> found) {
                byPreference.add(candidates(smartHost.host(), found, smartHost.port(), smartHost.protocol(), true));
            }
        }
        return routing(
                new Found(
                        byPreference,
                        new Routing.Nowhere("4.4.3", "the smart host " + smartHosts.name() + " cannot be resolved")),
                source);
    }

    private Routing routing(Found found, EgressSource source) {
        var hosts = new ArrayList<Routing.Candidate>();
        for (var equals : found.byPreference()) {
            var shuffled = new ArrayList<>(equals);
            Collections.shuffle(shuffled, Random.from(random));
            hosts.addAll(shuffled);
        }
        if (hosts.isEmpty()) {
            return found.otherwise();
        }
        hosts.removeIf(host -> !source.reaches(host.host().address()));
        // Another source may have an address of that family.
        return hosts.isEmpty()
                ? new Routing.Nowhere(
                        "4.4.4", "source " + source + " has no address that can speak to any of the hosts there")
                : new Routing.Hosts(tried(hosts));
    }

    /** The first few; the last of them is replaced if an address family would otherwise be missing. */
    private static List<Routing.Candidate> tried(List<Routing.Candidate> hosts) {
        if (hosts.size() <= MAX_ADDRESSES) {
            return hosts;
        }
        var tried = new ArrayList<>(hosts.subList(0, MAX_ADDRESSES));
        boolean six = isSix(tried.getFirst());
        if (tried.stream().allMatch(host -> isSix(host) == six)) {
            hosts.stream()
                    .filter(host -> isSix(host) != six)
                    .findFirst()
                    .ifPresent(other -> tried.set(MAX_ADDRESSES - 1, other));
        }
        return tried;
    }

    private static boolean isSix(Routing.Candidate candidate) {
        return candidate.host().address() instanceof Inet6Address;
    }

    private Found lookUp(String destination) {
        if (destination.startsWith("[")) {
            return literal(destination);
        }
        return switch (dns.mailExchangers(destination)) {
            case Dns.Records<Dns.Exchanger> records -> exchangers(destination, records);
            case Dns.NoSuchName<Dns.Exchanger> none ->
                nowhere("5.1.2", "the domain " + destination + " does not exist");
            case Dns.NoRecords<Dns.Exchanger> none -> ownAddresses(destination);
            case Dns.NoAnswer<Dns.Exchanger> failed ->
                nowhere("4.4.3", "DNS gives no answer for " + destination + ": " + failed.reason());
        };
    }

    private Found literal(String destination) {
        var text = destination.replaceAll("^\\[(?i:IPv6:)?|\\]$", "");
        try {
            if (!text.matches("[0-9a-fA-F:.]+")) {
                throw new UnknownHostException(text);
            }
            var address = new Dns.Records<>(List.of(InetAddress.getByName(text)), false, text);
            return permitted(destination, List.of(exchanger(text, address, false)));
        } catch (UnknownHostException e) {
            return nowhere("5.1.2", destination + " is no address literal");
        }
    }

    private Found exchangers(String destination, Dns.Records<Dns.Exchanger> records) {
        // RFC 7505: a single MX to the root means that the domain takes no mail.
        if (isNullMx(records)) {
            return nowhere("5.1.10", "the domain " + destination + " takes no mail (null MX)");
        }
        int ours = records.records().stream()
                .filter(mx -> mx.host().equalsIgnoreCase(hostname))
                .mapToInt(Dns.Exchanger::preference)
                .min()
                .orElse(Integer.MAX_VALUE);
        var byPreference = new TreeMap<Integer, List<Routing.Candidate>>();
        boolean unanswered = false;
        for (var mx : first(records.records(), ours)) {
            switch (dns.addresses(mx.host())) {
                case Dns.Records<InetAddress> found -> {
                    byPreference
                            .computeIfAbsent(mx.preference(), preference -> new ArrayList<>())
                            .addAll(exchanger(mx.host(), found, records.secure()));
                }
                case Dns.NoAnswer<InetAddress> failed -> unanswered = true;
                case Dns.NoSuchName<InetAddress> none -> {}
                case Dns.NoRecords<InetAddress> none -> {}
            }
        }
        if (byPreference.isEmpty()) {
            if (unanswered) {
                return nowhere("4.4.3", "DNS gives no address for the MX hosts of " + destination);
            }
            return ours < Integer.MAX_VALUE
                    ? nowhere("5.4.6", "mail for " + destination + " loops back to " + hostname)
                    : nowhere("5.4.4", "no MX host of " + destination + " has an address");
        }
        return permitted(destination, List.copyOf(byPreference.values()));
    }

    /** The most preferred ones before ourselves: more names are not needed, and each look-up may take its time. */
    private List<Dns.Exchanger> first(List<Dns.Exchanger> exchangers, int ours) {
        var shuffled = new ArrayList<>(exchangers);
        Collections.shuffle(shuffled, Random.from(random));
        return shuffled.stream()
                // RFC 5321 §5.1: only hosts preferred to ourselves, or the mail loops.
                .filter(mx -> !mx.host().isEmpty() && mx.preference() < ours)
                .sorted(Comparator.comparingInt(Dns.Exchanger::preference))
                .limit(MAX_HOSTS)
                .toList();
    }

    /** RFC 5321 §5.1: without MX records the domain is its own MX. */
    private Found ownAddresses(String destination) {
        return switch (dns.addresses(destination)) {
            case Dns.Records<InetAddress> found ->
                permitted(destination, List.of(exchanger(destination, found, found.secure())));
            case Dns.NoSuchName<InetAddress> none -> nowhere("5.1.2", "the domain " + destination + " does not exist");
            case Dns.NoRecords<InetAddress> none ->
                nowhere("5.4.4", "the domain " + destination + " has neither MX nor address");
            case Dns.NoAnswer<InetAddress> failed ->
                nowhere("4.4.3", "DNS gives no answer for " + destination + ": " + failed.reason());
        };
    }

    private Found permitted(String destination, List<List<Routing.Candidate>> byPreference) {
        var permitted = byPreference.stream()
                .map(hosts -> hosts.stream()
                        .filter(host -> policy.permits(
                                NetworkPolicy.unmapped(host.host().address())))
                        .toList())
                .filter(hosts -> !hosts.isEmpty())
                .toList();
        return new Found(
                permitted,
                new Routing.Nowhere(
                        "5.4.4", "mail for " + destination + " leads to a special address, which is not allowed"));
    }

    private static Found nowhere(String status, String explanation) {
        return new Found(List.of(), new Routing.Nowhere(status, explanation));
    }

    private List<Routing.Candidate> exchanger(String name, Dns.Records<InetAddress> found, boolean proved) {
        return candidates(name, found, remotePort, NextHop.Protocol.SMTP, proved);
    }

    private static List<Routing.Candidate> candidates(
            String name, Dns.Records<InetAddress> found, int port, NextHop.Protocol protocol, boolean proved) {
        var host = name.toLowerCase(Locale.ROOT);
        return found.records().stream()
                .map(address -> new Routing.Candidate(
                        new RemoteHost(host, address, port),
                        protocol,
                        found.owner().toLowerCase(Locale.ROOT),
                        proved,
                        found.secure()))
                .toList();
    }
}
