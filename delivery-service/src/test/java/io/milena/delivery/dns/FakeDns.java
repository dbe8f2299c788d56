package io.milena.delivery.dns;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A hand-written DNS: names that were not added do not exist; records are not secure unless marked so. */
public final class FakeDns implements Dns {
    private final Map<String, List<Exchanger>> mx = new HashMap<>();
    private final Map<String, List<InetAddress>> addresses = new HashMap<>();
    private final Map<String, List<String>> texts = new HashMap<>();
    private final Map<String, List<Tlsa>> tlsa = new HashMap<>();
    private final Map<String, String> aliases = new HashMap<>();
    private final Set<String> silent = new HashSet<>();
    private final Set<String> secure = new HashSet<>();

    public FakeDns mx(String domain, int preference, String host) {
        mx.computeIfAbsent(domain, name -> new ArrayList<>()).add(new Exchanger(preference, host));
        return this;
    }

    public FakeDns address(String host, String... literals) {
        addresses.put(host, Arrays.stream(literals).map(FakeDns::literal).toList());
        return this;
    }

    public FakeDns text(String name, String... all) {
        texts.put(name, List.of(all));
        return this;
    }

    public FakeDns tlsa(String host, Tlsa... records) {
        tlsa.put("_25._tcp." + host, List.of(records));
        return this;
    }

    /** {@code host} has the addresses of {@code owner}. */
    public FakeDns alias(String host, String owner) {
        aliases.put(host, owner);
        return this;
    }

    /** No server answers. */
    public FakeDns silent(String name) {
        silent.add(name);
        return this;
    }

    /** DNSSEC proves the records of these names. */
    public FakeDns secure(String... names) {
        secure.addAll(List.of(names));
        return this;
    }

    private static InetAddress literal(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Override
    public Answer<Exchanger> mailExchangers(String domain) {
        return answer(domain, mx);
    }

    @Override
    public Answer<InetAddress> addresses(String host) {
        if (host.matches("[0-9.]+") || host.indexOf(':') >= 0) {
            return new Records<>(List.of(literal(host)), false, host);
        }
        return answer(aliases.getOrDefault(host, host), addresses);
    }

    @Override
    public Answer<String> texts(String name) {
        return answer(name, texts);
    }

    @Override
    public Answer<Tlsa> tlsa(String host, int port) {
        return answer("_" + port + "._tcp." + host, tlsa);
    }

    private <T> Answer<T> answer(String name, Map<String, List<T>> records) {
        if (silent.contains(name)) {
            return new NoAnswer<>("silent");
        }
        if (records.containsKey(name)) {
            return new Records<>(records.get(name), secure.contains(name), name);
        }
        boolean exists = List.of(mx, addresses, texts, tlsa).stream().anyMatch(all -> all.containsKey(name));
        return exists ? new NoRecords<>() : new NoSuchName<>();
    }
}
