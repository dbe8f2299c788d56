package io.milena.delivery.route;

import io.milena.delivery.remote.RemoteHost;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Finds the hosts for a destination (RFC 5321 §5.1, RFC 7505): a configured smart host, an address literal, else MX records by preference,
 * equal ones shuffled; without MX the domain's own addresses. Blocks its virtual thread.
 */
public final class MailExchangers {
    /** More addresses than this are not tried in one attempt. */
    private static final int MAX_ADDRESSES = 5;

    private final Dns dns;
    private final Routes routes;
    private final NetworkPolicy policy;
    private final RandomGenerator random;
    private final int remotePort;
    private final String hostname;

    /** Hosts by preference, before they are shuffled for one attempt. */
    private record Found(List<List<RemoteHost>> byPreference, Routing.Nowhere otherwise) {}

    public MailExchangers(
            Dns dns, Routes routes, NetworkPolicy policy, RandomGenerator random, int remotePort, String hostname) {
        this.dns = dns;
        this.routes = routes;
        this.policy = policy;
        this.random = random;
        this.remotePort = remotePort;
        this.hostname = hostname;
    }

    /** Where to for one attempt. */
    public Routing find(String destination) {
        return routing(lookUp(destination));
    }

    private Routing routing(Found found) {
        var hosts = new ArrayList<RemoteHost>();
        for (var equals : found.byPreference()) {
            var shuffled = new ArrayList<>(equals);
            Collections.shuffle(shuffled, java.util.Random.from(random));
            hosts.addAll(shuffled);
        }
        return hosts.isEmpty()
                ? found.otherwise()
                : new Routing.Hosts(hosts.subList(0, Math.min(MAX_ADDRESSES, hosts.size())));
    }

    private Found lookUp(String destination) {
        var smartHost = routes.forDomain(destination);
        if (smartHost.isPresent()) {
            return smartHost(smartHost.get());
        }
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

    private Found smartHost(Routes.SmartHost smartHost) {
        return switch (dns.addresses(smartHost.host())) {
            // The operator chose it: no network policy here.
            case Dns.Records<InetAddress> records ->
                new Found(
                        List.of(hosts(smartHost.host(), records.records(), smartHost.port())),
                        new Routing.Nowhere("4.4.1", "no address of the smart host " + smartHost.host()));
            case Dns.NoSuchName<InetAddress> none -> unresolved(smartHost);
            case Dns.NoRecords<InetAddress> none -> unresolved(smartHost);
            case Dns.NoAnswer<InetAddress> failed -> unresolved(smartHost);
        };
    }

    private static Found unresolved(Routes.SmartHost smartHost) {
        return nowhere("4.4.3", "the smart host " + smartHost.host() + " cannot be resolved");
    }

    private Found literal(String destination) {
        var text = destination.replaceAll("^\\[(?i:IPv6:)?|\\]$", "");
        try {
            if (!text.matches("[0-9a-fA-F:.]+")) {
                throw new UnknownHostException(text);
            }
            return permitted(destination, List.of(hosts(text, List.of(InetAddress.getByName(text)), remotePort)));
        } catch (UnknownHostException e) {
            return nowhere("5.1.2", destination + " is no address literal");
        }
    }

    private Found exchangers(String destination, Dns.Records<Dns.Exchanger> records) {
        // RFC 7505: a single MX to the root means that the domain takes no mail.
        if (records.records().size() == 1 && records.records().getFirst().host().isEmpty()) {
            return nowhere("5.1.10", "the domain " + destination + " takes no mail (null MX)");
        }
        int ours = records.records().stream()
                .filter(mx -> mx.host().equalsIgnoreCase(hostname))
                .mapToInt(Dns.Exchanger::preference)
                .min()
                .orElse(Integer.MAX_VALUE);
        var byPreference = new TreeMap<Integer, List<RemoteHost>>();
        boolean unanswered = false;
        for (var mx : records.records()) {
            // RFC 5321 §5.1: only hosts that are preferred to ourselves, or the mail loops.
            if (mx.host().isEmpty() || mx.preference() >= ours) {
                continue;
            }
            switch (dns.addresses(mx.host())) {
                case Dns.Records<InetAddress> found -> {
                    byPreference
                            .computeIfAbsent(mx.preference(), preference -> new ArrayList<>())
                            .addAll(hosts(mx.host(), found.records(), remotePort));
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

    /** RFC 5321 §5.1: without MX records the domain is its own MX. */
    private Found ownAddresses(String destination) {
        return switch (dns.addresses(destination)) {
            case Dns.Records<InetAddress> found ->
                permitted(destination, List.of(hosts(destination, found.records(), remotePort)));
            case Dns.NoSuchName<InetAddress> none -> nowhere("5.1.2", "the domain " + destination + " does not exist");
            case Dns.NoRecords<InetAddress> none ->
                nowhere("5.4.4", "the domain " + destination + " has neither MX nor address");
            case Dns.NoAnswer<InetAddress> failed ->
                nowhere("4.4.3", "DNS gives no answer for " + destination + ": " + failed.reason());
        };
    }

    private Found permitted(String destination, List<List<RemoteHost>> byPreference) {
        var permitted = byPreference.stream()
                .map(hosts -> hosts.stream()
                        .filter(host -> policy.permits(NetworkPolicy.unmapped(host.address())))
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

    private static List<RemoteHost> hosts(String name, List<InetAddress> addresses, int port) {
        return addresses.stream()
                .map(address -> new RemoteHost(name.toLowerCase(Locale.ROOT), address, port))
                .toList();
    }
}
