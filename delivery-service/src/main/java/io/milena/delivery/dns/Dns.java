package io.milena.delivery.dns;

import java.net.InetAddress;
import java.util.List;

/**
 * The DNS look-ups of delivery; an interface so that tests can replace it. Blocks the calling (virtual) thread within a
 * bound.
 */
public interface Dns {
    Answer<Exchanger> mailExchangers(String domain);

    /** IPv4 and IPv6 addresses, alternating so that neither starves; a literal is its own answer. */
    Answer<InetAddress> addresses(String host);

    /** TXT records, the strings of each joined. */
    Answer<String> texts(String name);

    /** The TLSA records for a host's certificates (RFC 6698), for TCP. */
    Answer<Tlsa> tlsa(String host, int port);

    /** One MX record; {@code host} is empty for the root (RFC 7505). */
    record Exchanger(int preference, String host) {}

    /** One TLSA record (RFC 6698 §2.1). */
    record Tlsa(int usage, int selector, int matching, byte[] association) {}

    /** The answer of DNS. */
    sealed interface Answer<T> permits Records, NoSuchName, NoRecords, NoAnswer {}

    /**
     * The requested records, never empty.
     *
     * @param secure whether DNSSEC proves them, including all aliases on the way
     * @param owner the name that has the records, which differs from the requested one if that is an alias
     */
    record Records<T>(List<T> records, boolean secure, String owner) implements Answer<T> {}

    /** NXDOMAIN. */
    record NoSuchName<T>() implements Answer<T> {}

    /** The name exists, but has no records of the type. */
    record NoRecords<T>() implements Answer<T> {}

    /** SERVFAIL, a bad signature, a time-out, a loop …: the answer is unknown. */
    record NoAnswer<T>(String reason) implements Answer<T> {}
}
