package io.milena.delivery.dns;

import java.net.InetAddress;
import java.util.List;

/** The questions that delivery asks of DNS; a seam for tests. Blocks the calling (virtual) thread within a bound. */
public interface Dns {
    Answer<Exchanger> mailExchangers(String domain);

    /** IPv4 and IPv6 addresses, alternating so that neither starves; a literal is its own answer. */
    Answer<InetAddress> addresses(String host);

    /** TXT records, the strings of each put together. */
    Answer<String> texts(String name);

    /** What a host says of its certificates (RFC 6698), for TCP. */
    Answer<Tlsa> tlsa(String host, int port);

    /** One MX record; {@code host} is empty for the root (RFC 7505). */
    record Exchanger(int preference, String host) {}

    /** One TLSA record (RFC 6698 §2.1). */
    record Tlsa(int usage, int selector, int matching, byte[] association) {}

    /** What DNS said. */
    sealed interface Answer<T> permits Records, NoSuchName, NoRecords, NoAnswer {}

    /**
     * What was asked for, never empty.
     *
     * @param secure whether DNSSEC proves it, all aliases on the way included
     * @param owner the name that has the records: another than was asked for, where that is an alias
     */
    record Records<T>(List<T> records, boolean secure, String owner) implements Answer<T> {}

    /** NXDOMAIN. */
    record NoSuchName<T>() implements Answer<T> {}

    /** The name exists, records of the type don't. */
    record NoRecords<T>() implements Answer<T> {}

    /** SERVFAIL, a signature that does not hold, a time-out, a loop …: nothing is known. */
    record NoAnswer<T>(String reason) implements Answer<T> {}
}
