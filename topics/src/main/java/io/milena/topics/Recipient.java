package io.milena.topics;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * One forward-path with its DSN parameters (RFC 3461 §4.1, §4.2).
 *
 * @param forwardPath {@code local@domain}; the domain in lower case A-labels, or an address literal
 * @param originalRecipient ORCPT as given: {@code addr-type;xtext}
 * @param notifyOn NOTIFY keywords in upper case; empty means the default (failure and delay)
 */
public record Recipient(String forwardPath, Optional<String> originalRecipient, Set<String> notifyOn) {
    @SuppressWarnings("OptionalAssignedToNull")
    public Recipient {
        if (forwardPath == null || forwardPath.lastIndexOf('@') < 1) {
            throw new IllegalArgumentException("forwardPath: " + forwardPath + " (expected: local@domain)");
        }
        originalRecipient = originalRecipient == null ? Optional.empty() : originalRecipient;
        notifyOn = notifyOn == null ? Set.of() : Set.copyOf(notifyOn);
    }

    public static Recipient of(String forwardPath) {
        return new Recipient(forwardPath, Optional.empty(), Set.of());
    }

    /** The destination, which is the key of {@link Topics#OUTBOUND}. */
    public String domain() {
        return forwardPath.substring(forwardPath.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
    }

    /** Whether the sender wants any report at all: it has not said NOTIFY=NEVER. */
    public boolean wantsAny() {
        return !notifyOn.contains("NEVER");
    }

    /** Whether the sender wants a report of this kind: {@code FAILURE}, {@code DELAY} or {@code SUCCESS}. */
    public boolean wants(String kind) {
        return notifyOn.isEmpty() ? !kind.equals("SUCCESS") : notifyOn.contains(kind);
    }
}
