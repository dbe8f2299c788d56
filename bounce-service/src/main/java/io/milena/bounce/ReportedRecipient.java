package io.milena.bounce;

import io.milena.topics.Failure;
import io.milena.topics.Recipient;
import java.util.List;

/** A recipient in a report: as it was in the envelope, and its failure. */
record ReportedRecipient(Recipient recipient, Failure.Entry failure) {

    boolean isInternational() {
        return !DsnEncoding.isAscii(recipient.forwardPath())
                || recipient
                        .originalRecipient()
                        .filter(given -> !DsnEncoding.isAscii(given))
                        .isPresent();
    }

    Action action() {
        return Action.of(failure.type());
    }

    static boolean anyInternational(List<ReportedRecipient> recipients) {
        return recipients.stream().anyMatch(ReportedRecipient::isInternational);
    }
}
