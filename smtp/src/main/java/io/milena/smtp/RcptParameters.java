package io.milena.smtp;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The parameters of RCPT.
 *
 * @param originalRecipient ORCPT as given, {@code addr-type;xtext} (RFC 3461 §4.2)
 * @param notifyOn NOTIFY keywords in upper case, empty if NOTIFY was not given (RFC 3461 §4.1)
 */
public record RcptParameters(Optional<String> originalRecipient, Set<String> notifyOn) {
    public static final RcptParameters NONE = new RcptParameters(Optional.empty(), Set.of());

    private static final int MAX_ORIGINAL_RECIPIENT = 500;
    /** A control character, or its escape in utf-8-addr-xtext (RFC 6533 §3). */
    private static final Pattern CONTROL = Pattern.compile(
            "[\\x00-\\x1f\\x7f-\\x9f]|\\\\x\\{0*(?:[0-9A-F]|[19][0-9A-F]|[78]F|8[0-9A-E])}", Pattern.CASE_INSENSITIVE);

    private static final Set<String> KEYWORDS = Set.of("SUCCESS", "FAILURE", "DELAY");

    public RcptParameters {
        notifyOn = Set.copyOf(notifyOn);
    }

    static Parsed<RcptParameters> parse(String text) {
        if (text.isEmpty()) {
            return Parsed.good(NONE);
        }
        Optional<String> originalRecipient = Optional.empty();
        Set<String> notifyOn = Set.of();
        for (var word : text.split(" +", -1)) {
            int equals = word.indexOf('=');
            var key = Keyword.of(equals < 0 ? word : word.substring(0, equals));
            var value = equals < 0 ? "" : word.substring(equals + 1);
            switch (key) {
                case "ORCPT" -> {
                    if (originalRecipient.isPresent() || !originalRecipient(value)) {
                        return Parsed.bad(Replies.PARAMETER_INVALID);
                    }
                    originalRecipient = Optional.of(value);
                }
                case "NOTIFY" -> {
                    var keywords = keywords(value);
                    if (!notifyOn.isEmpty() || keywords.isEmpty()) {
                        return Parsed.bad(Replies.PARAMETER_INVALID);
                    }
                    notifyOn = keywords;
                }
                default -> {
                    return Parsed.bad(Replies.PARAMETER_UNKNOWN);
                }
            }
        }
        return Parsed.good(new RcptParameters(originalRecipient, notifyOn));
    }

    private static boolean originalRecipient(String value) {
        int semicolon = value.indexOf(';');
        if (semicolon < 1 || semicolon == value.length() - 1 || value.length() > MAX_ORIGINAL_RECIPIENT) {
            return false;
        }
        var type = value.substring(0, semicolon);
        var address = value.substring(semicolon + 1);
        // RFC 6533 §3: in the type utf-8 characters beyond ASCII stand for themselves.
        var checked = type.equalsIgnoreCase("utf-8") ? address.replaceAll("[^\\x00-\\x7f]", "u") : address;
        return type.chars().allMatch(c -> Mailbox.atext((char) c) && c < 0x80)
                && Xtext.valid(checked)
                && !(type.equalsIgnoreCase("utf-8") && CONTROL.matcher(address).find());
    }

    /** The keywords of NOTIFY; empty if the list is not legal: NEVER must stand alone. */
    private static Set<String> keywords(String value) {
        if (value.equalsIgnoreCase("NEVER")) {
            return Set.of("NEVER");
        }
        var given = List.of(Keyword.of(value).split(",", -1));
        return KEYWORDS.containsAll(given) ? new HashSet<>(given) : Set.of();
    }
}
