package io.milena.delivery.route;

import java.net.InetAddress;
import java.util.List;

/** The questions that delivery asks of DNS; a seam for tests. Blocks the calling (virtual) thread within a bound. */
public interface Dns {
    Answer<Exchanger> mailExchangers(String domain);

    /** IPv4 and IPv6 addresses, alternating so that neither starves; a literal is its own answer. */
    Answer<InetAddress> addresses(String host);

    /** One MX record; {@code host} is empty for the root (RFC 7505). */
    record Exchanger(int preference, String host) {}

    /** What DNS said. */
    sealed interface Answer<T> permits Records, NoSuchName, NoRecords, NoAnswer {}

    record Records<T>(List<T> records) implements Answer<T> {}

    /** NXDOMAIN. */
    record NoSuchName<T>() implements Answer<T> {}

    /** The name exists, records of the type don't. */
    record NoRecords<T>() implements Answer<T> {}

    /** SERVFAIL, a time-out, a loop …: nothing is known. */
    record NoAnswer<T>(String reason) implements Answer<T> {}
}
