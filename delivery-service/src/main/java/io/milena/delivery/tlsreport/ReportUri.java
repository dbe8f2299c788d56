package io.milena.delivery.tlsreport;

import io.milena.smtp.Mailbox;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** Where a domain wants its reports (RFC 8460 §3, {@code rua}); an instance can always be sent to. */
sealed interface ReportUri {
    /** As written in the record. */
    String text();

    /** Whether both lead to one place, however they are spelt. */
    default boolean leadsWhere(ReportUri other) {
        return switch (this) {
            case MailTo(var text, var mailbox) -> other instanceof MailTo another && mailbox.equals(another.mailbox());
            case Post(var text, var host, int port, var path) ->
                other instanceof Post another
                        && host.equalsIgnoreCase(another.host())
                        && port == another.port()
                        && path.equals(another.path());
        };
    }

    /** RFC 6068: only the address; header fields in the URI are ignored. */
    record MailTo(String text, Mailbox mailbox) implements ReportUri {}

    /** {@code path} with its query. */
    record Post(String text, String host, int port, String path) implements ReportUri {}

    int LONGEST = 1000;
    int HTTPS_PORT = 443;

    /** Empty for an unknown scheme and for a malformed URI. */
    static Optional<ReportUri> parse(String text) {
        // RFC 8460 §3: "!" must be encoded, so there is no size limit as in DMARC; a URI is ASCII.
        if (text.length() > LONGEST || !text.chars().allMatch(c -> c > '!' && c < 0x7f)) {
            return Optional.empty();
        }
        try {
            var uri = new URI(text);
            return switch (String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT)) {
                case "mailto" -> mailTo(text, uri);
                case "https" -> post(text, uri);
                default -> Optional.empty();
            };
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private static Optional<ReportUri> mailTo(String text, URI uri) {
        var address = uri.getRawSchemeSpecificPart();
        int query = address.indexOf('?');
        return decoded(query < 0 ? address : address.substring(0, query))
                .flatMap(Mailbox::parse)
                // Such a mailbox needs SMTPUTF8 on every host on the way; nobody has asked for that yet.
                .filter(mailbox -> mailbox.localPart().chars().allMatch(c -> c < 0x7f))
                .map(mailbox -> new MailTo(text, mailbox));
    }

    /** RFC 3986 §2.1, and UTF-8; a plus sign is itself. */
    private static Optional<String> decoded(String text) {
        var octets = ByteBuffer.allocate(text.length());
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != '%') {
                octets.put((byte) text.charAt(i));
                continue;
            }
            // The URI parser has checked that two digits follow.
            octets.put((byte) Integer.parseInt(text, i + 1, i + 3, 16));
            i += 2;
        }
        try {
            return Optional.of(
                    StandardCharsets.UTF_8.newDecoder().decode(octets.flip()).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private static Optional<ReportUri> post(String text, URI uri) {
        if (uri.getHost() == null || uri.getRawUserInfo() != null || uri.getPort() == 0 || uri.getPort() > 0xffff) {
            return Optional.empty();
        }
        var host = uri.getHost().replaceAll("^\\[|]$", "");
        var path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return Optional.of(new Post(
                text,
                host,
                uri.getPort() < 0 ? HTTPS_PORT : uri.getPort(),
                uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery()));
    }
}
