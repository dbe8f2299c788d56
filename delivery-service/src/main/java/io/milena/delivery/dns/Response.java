package io.milena.delivery.dns;

import java.time.Duration;
import java.util.List;
import org.xbill.DNS.Record;

/** The result of a look-up, and how long it may be cached. */
sealed interface Response {
    /** Records of the requested type, never empty. */
    record Found(List<Record> records, boolean secure, Duration ttl) implements Response {}

    /** NXDOMAIN, or no records of the type; {@code whole} if the name itself does not exist. */
    record Missing(boolean whole, Duration ttl) implements Response {}

    record Failed(String reason) implements Response {}
}
