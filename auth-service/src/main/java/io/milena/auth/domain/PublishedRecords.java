package io.milena.auth.domain;

import io.milena.auth.store.DkimKey;
import io.milena.auth.store.SendingDomain;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Lists the DNS records that a domain needs. Immutable, thread-safe. */
public class PublishedRecords {
    private final Optional<String> hostname;
    private final Optional<String> returnDomain;

    public PublishedRecords(Optional<String> hostname, Optional<String> returnDomain) {
        // A bare host name means nothing in DNS.
        this.hostname = hostname.filter(name -> name.contains("."));
        this.returnDomain = returnDomain.map(name -> name.toLowerCase(Locale.ROOT));
    }

    public List<DnsRecord> of(SendingDomain domain) {
        var records = new ArrayList<DnsRecord>();
        records.add(verification(domain));
        domain.keys().forEach(key -> records.add(dkim(key)));
        hostname.ifPresent(host -> returnPath(domain, host).forEach(records::add));
        return records;
    }

    /** The record that proves who owns the domain. */
    public static DnsRecord verification(SendingDomain domain) {
        return new DnsRecord(
                "_milena." + domain.name, "TXT", "milena-verification=" + domain.verificationToken, "verification");
    }

    // RFC 6376 §3.6.2.1
    private static DnsRecord dkim(DkimKey key) {
        return new DnsRecord(
                KeyRecord.name(key), "TXT", "v=DKIM1; k=" + key.algorithm + "; p=" + key.publicKey, "dkim");
    }

    /**
     * SPF (RFC 7208) looks at the domain of the reverse-path: the sending domain itself, or the return domain, which
     * concerns this owner only where it lies within the domain.
     */
    private Stream<DnsRecord> returnPath(SendingDomain domain, String host) {
        if (returnDomain.isEmpty()) {
            return Stream.of(spf(domain.name, host));
        }
        var name = returnDomain.get();
        boolean within = name.equals(domain.name) || name.endsWith("." + domain.name);
        return within
                ? Stream.of(new DnsRecord(name, "MX", "10 " + host + ".", "return-path"), spf(name, host))
                : Stream.empty();
    }

    private static DnsRecord spf(String name, String host) {
        return new DnsRecord(name, "TXT", "v=spf1 a:" + host + " ~all", "spf");
    }
}
