package io.milena.delivery.dns;

import java.time.Duration;
import java.util.List;
import org.xbill.DNS.Record;
import org.xbill.DNS.TXTRecord;

/** The result of a look-up, how long it may be cached, and about how much memory it takes. */
sealed interface Response {
    /** Memory in octets, estimated: names are stored in full for each record, and each string of a TXT is an array. */
    default int octets() {
        return switch (this) {
            case Found found ->
                found.records().stream().mapToInt(Response::octets).sum();
            case Missing missing -> 50;
            case Failed failed -> 100;
        };
    }

    private static int octets(Record record) {
        int strings =
                record instanceof TXTRecord text ? text.getStringsAsByteArrays().size() : 1;
        return 200 + record.getName().length() + record.rdataToWireCanonical().length + 40 * strings;
    }

    /** Records of the requested type, never empty. */
    record Found(List<Record> records, boolean secure, Duration ttl) implements Response {}

    /** NXDOMAIN, or no records of the type; {@code whole} if the name itself does not exist. */
    record Missing(boolean whole, Duration ttl) implements Response {}

    record Failed(String reason) implements Response {}
}
