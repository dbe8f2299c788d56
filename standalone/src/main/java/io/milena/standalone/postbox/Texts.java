package io.milena.standalone.postbox;

import java.util.Locale;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * A message without the content of its attachments, for the list and for search.
 *
 * @param view empty if the message cannot be parsed
 * @param plain its text, and the text of its HTML
 */
record Texts(Optional<MailView> view, String plain) {
    private static final Logger LOG = Logger.getLogger(Texts.class);
    /**
     * Characters of a message that search looks through; all messages together take some tens of megabytes at worst.
     */
    private static final int SEARCHED = 32 * 1024;

    static Texts of(byte[] content) {
        try {
            var view = MailView.textsOf(content);
            var html = HtmlText.of(view.html()).text();
            return new Texts(Optional.of(view), view.text() + "\n" + html);
        } catch (RuntimeException e) {
            // The page must show every message, even one that cannot be parsed.
            LOG.debug("A message cannot be read", e);
            return new Texts(Optional.empty(), "");
        }
    }

    /** The text for search, in lower case. */
    String words() {
        return plain.substring(0, Math.min(SEARCHED, plain.length())).toLowerCase(Locale.ROOT);
    }
}
