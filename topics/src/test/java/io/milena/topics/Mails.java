package io.milena.topics;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** Mail of an account to recipients in one domain. */
public final class Mails {
    private Mails() {}

    /**
     * With that many recipients, an ORCPT of that many three-octet characters for each, and a body of that many octets.
     */
    public static MailRecord wide(int recipients, int originalRecipient, int body) {
        var to = IntStream.range(0, recipients)
                .mapToObj(i -> new Recipient(
                        "r" + i + "@example.com",
                        originalRecipient == 0
                                ? Optional.empty()
                                : Optional.of("utf-8;" + "€".repeat(originalRecipient)),
                        Set.of()))
                .toList();
        var header = "Subject: wide\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        var content = new byte[header.length + body];
        System.arraycopy(header, 0, content, 0, header.length);
        return new MailRecord(envelope(to, header.length), content);
    }

    static Envelope envelope(List<Recipient> recipients, int headerLength) {
        var now = Instant.parse("2026-11-30T12:00:00Z");
        return Envelope.of(
                "1m8pbnfxmxbsavvh",
                "account",
                "anna@example.org",
                recipients,
                now,
                Duration.ofHours(1),
                ContentShape.plain(headerLength, headerLength).withSmtpUtf8(true));
    }
}
