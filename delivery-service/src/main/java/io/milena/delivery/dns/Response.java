package io.milena.delivery.dns;

import java.time.Duration;
import java.util.List;
import org.xbill.DNS.Record;

/** What a look-up came to, and how long that may be believed. */
sealed interface Response {
    /** Records of the type that was asked for, never empty. */
    record Found(List<Record> records, boolean secure, Duration ttl) implements Response {}

    /** NXDOMAIN, or no records of the type; {@code whole} if the name itself is not there. */
    record Missing(boolean whole, Duration ttl) implements Response {}

    record Failed(String reason) implements Response {}
}
