package io.milena.bounce;

import io.milena.topics.MailRecord;
import java.util.Arrays;

/**
 * The third part of a report, the message it is about (RFC 6522 §3): whole if it failed, the sender asked for that with RET=FULL and it is
 * small and can be sent as it is, else its header section.
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
                // RFC 8689 §5: as if RET=HDRS had been said.
                && !mail.envelope().wishes().requireTls()
                && mail.envelope().content().body().isEmpty()
                // Of mail that was too large for a record its header section came alone.
                && mail.content().length >= mail.envelope().content().size()
                && mail.content().length <= LARGEST_WHOLE
                && BodyPart.isSendable(mail.content());
    }

    private static BodyPart whole(MailRecord mail) {
        return BodyPart.asIs(isInternational(mail) ? "message/global" : "message/rfc822", mail.content());
    }

    private static BodyPart headerSection(MailRecord mail) {
        byte[] section = Arrays.copyOf(mail.content(), endOfFields(mail));
        // RFC 6522 §4 lets broken fields be encoded; so nothing in them, whatever it is, can end the part or become a
        // field of ours.
        return isInternational(mail)
                ? BodyPart.encoded("message/global-headers", section, true)
                : BodyPart.encoded("text/rfc822-headers", section, false);
    }

    /** Without the empty line that ends the section, and cut after a line where it is too large to be of use. */
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

    /** RFC 6533 §4: UTF-8 in the fields makes it message/global; a message that merely travelled with SMTPUTF8 stays what it was. */
    private static boolean isInternational(MailRecord mail) {
        return mail.envelope().content().smtpUtf8()
                && !BodyPart.isSevenBit(
                        Arrays.copyOf(mail.content(), mail.envelope().content().headerLength()));
    }
}
