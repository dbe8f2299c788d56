package io.milena.mail;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Writes dates for header fields (RFC 5322 §3.3), in UTC. */
public final class MailDate {
    private static final DateTimeFormatter FORM = DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private MailDate() {}

    public static String of(Instant instant) {
        return FORM.format(instant);
    }
}
