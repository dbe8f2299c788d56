package io.milena.standalone.postbox;

import java.util.Locale;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * A message without the content of its attachments: for the list and for search.
 *
 * @param view empty when nobody can read the message
 * @param plain its text, and that of its HTML
 */
record Texts(Optional<MailView> view, String plain) {
    private static final Logger LOG = Logger.getLogger(Texts.class);
    /** Characters of a message that search looks through: all messages together take some tens of megabytes at worst. */
    private static final int SEARCHED = 32 * 1024;

    static Texts of(byte[] content) {
        try {
            var view = MailView.textsOf(content);
            var html = HtmlText.of(view.html()).text();
            return new Texts(Optional.of(view), view.text() + "\n" + html);
        } catch (RuntimeException e) {
            // The page must show whatever arrives, all the more what nobody can read.
            LOG.debug("A message cannot be read", e);
            return new Texts(Optional.empty(), "");
        }
    }

    /** For search, in lower case. */
    String words() {
        return plain.substring(0, Math.min(SEARCHED, plain.length())).toLowerCase(Locale.ROOT);
    }
}
