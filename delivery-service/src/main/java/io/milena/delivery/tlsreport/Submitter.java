package io.milena.delivery.tlsreport;

import io.milena.smtp.Mailbox;
import java.util.Optional;

/**
 * The sender of reports. The domain of {@code contact} is the submitter's: it must be the same in the report, its file
 * name and the header section (RFC 8460 §5.3), and its DKIM key signs.
 */
public record Submitter(String organization, Mailbox contact) {
    /** A contact that is not an address is an {@link IllegalArgumentException}. */
    public static Submitter of(String hostname, Optional<String> organization, Optional<String> contact) {
        var address = contact.orElse("postmaster@" + hostname);
        return new Submitter(
                organization.orElse(hostname),
                Mailbox.parse(address)
                        .filter(mailbox -> mailbox.localPart().chars().allMatch(c -> c < 0x7f))
                        .orElseThrow(() -> new IllegalArgumentException("milena.delivery.tls-reports.contact: "
                                + address + " (expected: local@domain, ASCII)")));
    }

    String domain() {
        return contact.domain();
    }

    /** Whether receivers can verify it: a name without a dot, or an address literal, has no key in DNS. */
    public boolean isPublic() {
        return domain().indexOf('.') > 0 && !domain().startsWith("[");
    }
}
