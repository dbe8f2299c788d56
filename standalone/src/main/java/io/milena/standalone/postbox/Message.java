package io.milena.standalone.postbox;

import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One message in the answers of {@code /inbox/api}.
 *
 * @param queueId the argument of {@code milena message}; empty for mail that did not come in by SMTP, such as a DSN
 * @param links {@code http} and {@code https} links of the message, those of the HTML first
 */
record Message(
        long id,
        Instant received,
        String reversePath,
        List<String> recipients,
        String from,
        String subject,
        int size,
        String queueId,
        List<String> links,
        List<MailView.Field> headers,
        String text,
        String html,
        List<MailView.Attachment> attachments) {
    /** The end of the Received field that ingest-service adds (RFC 5321 §4.4). */
    private static final Pattern QUEUE_ID =
            Pattern.compile("\\sid ([0-9A-Za-z]{4,64})(?: PRIORITY -?\\d{1,2})?;[^;]*$");

    static Message of(Summary summary, byte[] content) {
        var view = MailView.of(content);
        return new Message(
                summary.id(),
                summary.received(),
                summary.reversePath(),
                summary.recipients(),
                summary.from(),
                summary.subject(),
                summary.size(),
                queueId(view.first("Received")),
                List.copyOf(HtmlText.links(view.html(), view.text())),
                view.headers(),
                view.text(),
                view.html(),
                view.attachments());
    }

    private static String queueId(String received) {
        Matcher id = QUEUE_ID.matcher(received);
        return id.find() ? id.group(1) : "";
    }
}
