package io.milena.delivery.tlsreport;

import io.milena.smtp.Mailbox;
import java.util.Optional;

/**
 * In whose name reports are sent. The domain of {@code contact} is the submitter's: in the report, its file name and the header section it has to
 * be the same (RFC 8460 §5.3), and its DKIM key signs.
 */
public record Submitter(String organization, Mailbox contact) {
    /** A contact that is no address is an {@link IllegalArgumentException}. */
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

    /** Whether anyone out there could verify it: a name without a dot, or an address, has no key in DNS. */
    public boolean isPublic() {
        return domain().indexOf('.') > 0 && !domain().startsWith("[");
    }
}
