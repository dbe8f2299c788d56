package io.milena.mail;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The Received field that we add to a message (RFC 5321 §4.4).
 *
 * @param clientName the name in EHLO or HELO
 * @param clientAddress the address that it connected from
 * @param tls protocol and cipher; absent in clear
 * @param id queue id
 * @param priority MT-PRIORITY as the client gave it (RFC 6710)
 */
public record Trace(
        String clientName,
        String clientAddress,
        boolean extended,
        Optional<String> tls,
        boolean authenticated,
        boolean smtpUtf8,
        String hostname,
        String id,
        OptionalInt priority) {

    String field(Instant now) {
        var literal = clientAddress.indexOf(':') >= 0 ? "IPv6:" + clientAddress : clientAddress;
        var field = new StringBuilder(300)
                .append("Received: from ")
                .append(octets(clientName))
                .append(" ([")
                .append(literal)
                .append("])\r\n\tby ")
                .append(hostname)
                .append(" with ")
                .append(protocol());
        tls.ifPresent(session -> field.append(" (").append(session).append(")"));
        field.append(" id ").append(id);
        // RFC 6710 §4.1, §7
        priority.ifPresent(level -> field.append(" PRIORITY ").append(level));
        return field.append(";\r\n\t").append(MailDate.of(now)).append("\r\n").toString();
    }

    /** RFC 3848; RFC 6531 §3.7.3 for UTF8SMTP…. */
    String protocol() {
        if (!extended) {
            return "SMTP";
        }
        return (smtpUtf8 ? "UTF8SMTP" : "ESMTP") + (tls.isPresent() ? "S" : "") + (authenticated ? "A" : "");
    }

    /** Header text has one char for each octet. */
    private static String octets(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
