package io.milena.smtp;

import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The parameters of MAIL.
 *
 * @param size SIZE, octets (RFC 1870 §6)
 * @param eightBit BODY=8BITMIME (RFC 6152 §2)
 * @param smtpUtf8 SMTPUTF8 (RFC 6531 §3.4)
 * @param requireTls REQUIRETLS (RFC 8689 §2)
 * @param ret RET, FULL or HDRS (RFC 3461 §4.3)
 * @param envelopeId ENVID as given, xtext (RFC 3461 §4.4)
 * @param release HOLDFOR or HOLDUNTIL (RFC 4865 §4)
 * @param deliverBy BY (RFC 2852 §4)
 * @param priority MT-PRIORITY, -9 to 9 (RFC 6710 §3)
 */
public record MailParameters(
        OptionalLong size,
        boolean eightBit,
        boolean smtpUtf8,
        boolean requireTls,
        Optional<String> ret,
        Optional<String> envelopeId,
        Optional<FutureRelease> release,
        Optional<DeliverBy> deliverBy,
        OptionalInt priority) {
    public static final MailParameters NONE = new MailParameters(
            OptionalLong.empty(),
            false,
            false,
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalInt.empty());

    private static final int MAX_ENVELOPE_ID = 100;

    /** Reads {@code KEY=value KEY …}; an unknown key, a malformed value or a repeated key is refused. */
    static Parsed<MailParameters> parse(String text) {
        if (text.isEmpty()) {
            return Parsed.good(NONE);
        }
        var seen = new HashSet<String>();
        var parameters = NONE;
        for (var word : text.split(" +", -1)) {
            int equals = word.indexOf('=');
            var key = Keyword.of(equals < 0 ? word : word.substring(0, equals));
            if (!seen.add(key)) {
                return Parsed.bad(Replies.PARAMETER_INVALID);
            }
            switch (parameters.with(key, equals < 0 ? "" : word.substring(equals + 1), equals >= 0)) {
                case Parsed.Good<MailParameters>(var more) -> parameters = more;
                case Parsed.Bad<MailParameters> bad -> {
                    return bad;
                }
            }
        }
        return Parsed.good(parameters);
    }

    private Parsed<MailParameters> with(String key, String value, boolean hasValue) {
        var invalid = Parsed.<MailParameters>bad(Replies.PARAMETER_INVALID);
        var upper = Keyword.of(value);
        return switch (key) {
            case "SIZE" ->
                // RFC 1870 §5: up to 20 digits; 18 are enough for any size.
                value.matches("\\d{1,18}")
                        ? Parsed.good(new MailParameters(
                                OptionalLong.of(Long.parseLong(value)),
                                eightBit,
                                smtpUtf8,
                                requireTls,
                                ret,
                                envelopeId,
                                release,
                                deliverBy,
                                priority))
                        : value.matches("\\d{19,20}") ? Parsed.bad(Replies.TOO_BIG) : invalid;
            case "BODY" ->
                switch (upper) {
                    case "7BIT" -> Parsed.good(this);
                    case "8BITMIME" ->
                        Parsed.good(new MailParameters(
                                size, true, smtpUtf8, requireTls, ret, envelopeId, release, deliverBy, priority));
                    default -> invalid;
                };
            case "SMTPUTF8" ->
                hasValue
                        ? invalid
                        : Parsed.good(new MailParameters(
                                size, eightBit, true, requireTls, ret, envelopeId, release, deliverBy, priority));
            case "REQUIRETLS" ->
                hasValue
                        ? invalid
                        : Parsed.good(new MailParameters(
                                size, eightBit, smtpUtf8, true, ret, envelopeId, release, deliverBy, priority));
            case "RET" ->
                upper.equals("FULL") || upper.equals("HDRS")
                        ? Parsed.good(new MailParameters(
                                size,
                                eightBit,
                                smtpUtf8,
                                requireTls,
                                Optional.of(upper),
                                envelopeId,
                                release,
                                deliverBy,
                                priority))
                        : invalid;
            case "ENVID" ->
                !value.isEmpty() && value.length() <= MAX_ENVELOPE_ID && Xtext.valid(value)
                        ? Parsed.good(new MailParameters(
                                size,
                                eightBit,
                                smtpUtf8,
                                requireTls,
                                ret,
                                Optional.of(value),
                                release,
                                deliverBy,
                                priority))
                        : invalid;
            case "HOLDFOR" -> held(FutureRelease.holdFor(value));
            case "HOLDUNTIL" -> held(FutureRelease.holdUntil(upper));
            case "BY" ->
                DeliverBy.parse(upper)
                        .map(by -> Parsed.good(new MailParameters(
                                size,
                                eightBit,
                                smtpUtf8,
                                requireTls,
                                ret,
                                envelopeId,
                                release,
                                Optional.of(by),
                                priority)))
                        .orElse(invalid);
            // RFC 6710 §7: no sign but a minus, no zeros in front.
            case "MT-PRIORITY" ->
                value.matches("0|-?[1-9]")
                        ? Parsed.good(new MailParameters(
                                size,
                                eightBit,
                                smtpUtf8,
                                requireTls,
                                ret,
                                envelopeId,
                                release,
                                deliverBy,
                                OptionalInt.of(Integer.parseInt(value))))
                        : invalid;
            // RFC 4954 §5: accepted, and treated as AUTH=<>, because no client is trusted to vouch for another.
            case "AUTH" -> !value.isEmpty() && Xtext.valid(value) ? Parsed.good(this) : invalid;
            default -> Parsed.bad(Replies.PARAMETER_UNKNOWN);
        };
    }

    /** RFC 4865 §4: HOLDFOR or HOLDUNTIL, once. */
    private Parsed<MailParameters> held(Optional<FutureRelease> until) {
        return until.isEmpty() || release.isPresent()
                ? Parsed.bad(Replies.PARAMETER_INVALID)
                : Parsed.good(new MailParameters(
                        size, eightBit, smtpUtf8, requireTls, ret, envelopeId, until, deliverBy, priority));
    }
}
