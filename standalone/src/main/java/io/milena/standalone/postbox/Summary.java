package io.milena.standalone.postbox;

import java.time.Instant;
import java.util.List;
import org.jboss.logging.Logger;

/** A message in the list. */
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
    private static final Logger LOG = Logger.getLogger(Summary.class);
    private static final int PREVIEW = 160;
    /** A preview is not worth decoding tens of megabytes. */
    private static final int PREVIEW_LIMIT = 1024 * 1024;

    static Summary of(long id, Instant received, byte[] content) {
        try {
            var mail = content.length <= PREVIEW_LIMIT ? MailView.of(content) : MailView.headersOf(content);
            return new Summary(
                    id,
                    received,
                    mail.first("Return-Path").replaceAll("^<|>$", ""),
                    mail.all("X-Original-To"),
                    mail.first("From"),
                    mail.first("Subject"),
                    preview(mail.text()),
                    content.length,
                    mail.attachments().size());
        } catch (RuntimeException e) {
            // The page must show whatever arrives, all the more what nobody can read.
            LOG.debug("A message cannot be read", e);
            return new Summary(id, received, "", List.of(), "", "", "", content.length, 0);
        }
    }

    private static String preview(String text) {
        var line = text.strip().replaceAll("\\s+", " ");
        return line.length() <= PREVIEW ? line : line.substring(0, PREVIEW) + "…";
    }
}
