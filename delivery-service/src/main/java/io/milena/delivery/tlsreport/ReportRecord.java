package io.milena.delivery.tlsreport;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The TXT record at {@code _smtp._tls.DOMAIN} by which a domain asks for reports (RFC 8460 §3). */
record ReportRecord(List<ReportUri> uris) {
    /** A domain can name addresses of others: these get one report, not a flood (RFC 8460 §7). */
    static final int MOST_URIS = 5;

    private static final int LONGEST = 4096;
    // RFC 8460 §3: *WSP ";" *WSP between fields.
    private static final Pattern BETWEEN_FIELDS = Pattern.compile("[ \t]*;[ \t]*");
    private static final Pattern BETWEEN_URIS = Pattern.compile("[ \t]*,[ \t]*");
    private static final Pattern EXTENSION =
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,31}=[\\x21-\\x3a\\x3c\\x3e-\\x7e]+");
    private static final Pattern VERSION = Pattern.compile("v=TLSRPTv1[ \t]*;.*", Pattern.DOTALL);

    ReportRecord {
        uris = List.copyOf(uris);
    }

    /** Empty if the domain asks for no report, or for none that we could send. */
    static Optional<ReportRecord> of(List<String> texts) {
        var records =
                texts.stream().filter(text -> VERSION.matcher(text).matches()).toList();
        // RFC 8460 §3: with several records there is none.
        return records.size() == 1 ? parse(records.getFirst()) : Optional.empty();
    }

    private static Optional<ReportRecord> parse(String text) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        var fields = BETWEEN_FIELDS.split(text.stripTrailing(), -1);
        Optional<List<ReportUri>> uris = Optional.empty();
        for (int i = 1; i < fields.length; i++) {
            // A field delimiter may end the record.
            if (fields[i].isEmpty() && i == fields.length - 1) {
                continue;
            }
            if (fields[i].startsWith("rua=")) {
                if (uris.isPresent()) {
                    return Optional.empty();
                }
                uris = Optional.of(uris(fields[i].substring("rua=".length())));
            } else if (!EXTENSION.matcher(fields[i]).matches()) {
                return Optional.empty();
            }
        }
        return uris.filter(some -> !some.isEmpty()).map(ReportRecord::new);
    }

    /** The URIs that we can send to; other schemes may be defined later. */
    private static List<ReportUri> uris(String list) {
        var uris = new ArrayList<ReportUri>();
        for (var text : BETWEEN_URIS.split(list, -1)) {
            ReportUri.parse(text)
                    .filter(uri -> uris.stream().noneMatch(uri::leadsWhere))
                    .ifPresent(uris::add);
        }
        return uris.subList(0, Math.min(uris.size(), MOST_URIS));
    }
}
