package io.milena.standalone.postbox;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * A message in the list.
 *
 * @param attachments number of attachments offered for download, without images that the HTML shows
 */
record Summary(
        long id,
        Instant received,
        String reversePath,
        List<String> recipients,
        String from,
        String subject,
        String preview,
        int size,
        int attachments) {
    private static final int PREVIEW = 160;

    static Summary of(long id, Instant received, int size, Texts texts) {
        return texts.view()
                .map(mail -> new Summary(
                        id,
                        received.truncatedTo(ChronoUnit.MILLIS),
                        mail.first("Return-Path").replaceAll("^<|>$", ""),
                        mail.all("X-Original-To"),
                        mail.first("From"),
                        mail.first("Subject"),
                        preview(texts.plain()),
                        size,
                        Math.toIntExact(mail.attachments().stream()
                                .filter(attachment -> !attachment.inline())
                                .count())))
                .orElseGet(() -> new Summary(id, received, "", List.of(), "", "", "", size, 0));
    }

    /** The beginning of the text, or of the HTML's text if there is no other. */
    private static String preview(String text) {
        var start = text.strip();
        var line = start.substring(0, Math.min(start.length(), 16 * PREVIEW)).replaceAll("\\s+", " ");
        return line.length() <= PREVIEW ? line : line.substring(0, PREVIEW) + "…";
    }
}
