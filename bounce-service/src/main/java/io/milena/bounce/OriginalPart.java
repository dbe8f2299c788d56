package io.milena.bounce;

import io.milena.topics.MailRecord;
import java.util.Arrays;

/**
 * The third part of a report, the message it is about (RFC 6522 §3): the whole message if it failed, the sender asked
 * for that with RET=FULL, and it is small and can be sent unchanged; else its header section.
 */
final class OriginalPart {
    private static final int LARGEST_WHOLE = 256 * 1024;
    private static final int LARGEST_HEADER_SECTION = 64 * 1024;

    private OriginalPart() {}

    static BodyPart of(MailRecord mail, Action action) {
        return isReturnedWhole(mail, action) ? whole(mail) : headerSection(mail);
    }

    static boolean isReturnedWhole(MailRecord mail, Action action) {
        // RFC 3461 §4.3: RET is about reports of failure; all others return headers only.
        return action == Action.FAILED
                && mail.envelope()
                        .wishes()
                        .ret()
                        .filter("FULL"::equalsIgnoreCase)
                        .isPresent()
                // RFC 8689 §5: treated as RET=HDRS.
                && !mail.envelope().wishes().requireTls()
                && mail.envelope().content().body().isEmpty()
                // Mail that was too large for a record comes with its header section alone.
                && mail.content().length >= mail.envelope().content().size()
                && mail.content().length <= LARGEST_WHOLE
                && BodyPart.isSendable(mail.content());
    }

    private static BodyPart whole(MailRecord mail) {
        return BodyPart.asIs(isInternational(mail) ? "message/global" : "message/rfc822", mail.content());
    }

    private static BodyPart headerSection(MailRecord mail) {
        byte[] section = Arrays.copyOf(mail.content(), endOfFields(mail));
        // RFC 6522 §4 lets malformed fields be encoded, so that no octets in them can end the part or become a field of
        // ours.
        return isInternational(mail)
                ? BodyPart.encoded("message/global-headers", section, true)
                : BodyPart.encoded("text/rfc822-headers", section, false);
    }

    /** The section without its empty line, cut after a line if it is too large to be useful. */
    private static int endOfFields(MailRecord mail) {
        byte[] content = mail.content();
        int end = mail.envelope().content().headerLength();
        if (end >= 4 && content[end - 4] == '\r' && content[end - 3] == '\n' && content[end - 2] == '\r') {
            end -= 2;
        }
        if (end <= LARGEST_HEADER_SECTION) {
            return end;
        }
        int cut = LARGEST_HEADER_SECTION;
        while (cut > 0 && content[cut - 1] != '\n') {
            cut--;
        }
        return cut > 0 ? cut : LARGEST_HEADER_SECTION;
    }

    /**
     * RFC 6533 §4: UTF-8 in the fields makes it message/global; a message that only travelled with SMTPUTF8 stays as it
     * was.
     */
    private static boolean isInternational(MailRecord mail) {
        return mail.envelope().content().smtpUtf8()
                && !BodyPart.isSevenBit(
                        Arrays.copyOf(mail.content(), mail.envelope().content().headerLength()));
    }
}
